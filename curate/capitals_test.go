package curate_test

import (
	"slices"
	"strings"
	"testing"

	"wireroom/curate"
)

// TestCapitalsInOtherScripts holds that a capital stands for its government in every script, not in the Latin one alone.
func TestCapitalsInOtherScripts(t *testing.T) {
	for language, capitals := range map[string]string{
		"ru": `BY Минск, BY Минске, MD Кишинев, MD Кишинёв, GE Тбилиси, AM Ереван, AM Ереване, AZ Баку, KZ Астана, KZ Астане,
			UZ Ташкент, KG Бишкек, TJ Душанбе, TM Ашхабад, LV Рига, LT Вильнюс, EE Таллин, EE Таллинн, FI Хельсинки,
			SE Стокгольм, NO Осло, DK Копенгаген, DE Берлин, FR Париж, GB Лондон, ES Мадрид, IT Рим, AT Вена, CH Берн,
			CZ Прага, SK Братислава, HU Будапешт, RO Бухарест, BG София, RS Белград, HR Загреб, BA Сараево, XK Приштина,
			ME Подгорица, MK Скопье, AL Тирана, GR Афины, CY Никосия, TR Анкара, PL Варшава, UA Киев, RU Москва, LB Бейрут,
			SY Дамаск, IQ Багдад, IR Тегеран, SA Эр-Рияд, QA Доха, EG Каир, LY Триполи, MA Рабат, SD Хартум,
			ET Аддис-Абеба, KE Найроби, SO Могадишо, CD Киншаса, CN Пекин, TW Тайбэй, JP Токио, KR Сеул, KP Пхеньян,
			IN Дели, PK Исламабад, AF Кабул, BD Дакка, VN Ханой, TH Бангкок, ID Джакарта, PH Манила, AU Канберра,
			CA Оттава, MX Мехико, CU Гавана, VE Каракас, CO Богота, US Вашингтон, PE Лима, AR Буэнос-Айрес, ML Бамако,
			NE Ниамей, BF Уагадугу, IL Тель-Авив, PT Лиссабон, IE Дублин, NL Гаага, BE Брюссель`,
		"ar": `RU موسكو, RU الكرملين, UA كييف, US واشنطن, FR باريس, DE برلين, GB لندن, ES مدريد, IT روما, TR أنقرة, IR طهران,
			IQ بغداد, SY دمشق, LB بيروت, EG القاهرة, SD الخرطوم, LY طرابلس, DZ الجزائر, MA الرباط, SA الرياض, QA الدوحة,
			AE أبوظبي, KW الكويت, BH المنامة, OM مسقط, YE صنعاء, CN بكين, JP طوكيو, KR سول, KP بيونغ يانغ, IN نيودلهي,
			PK إسلام آباد, AF كابول, SO مقديشو, ET أديس أبابا, TD نجامينا, ML باماكو, NE نيامي, VE كاراكاس, CU هافانا,
			IL تل أبيب, PS رام الله, PL وارسو, BY مينسك, GR أثينا, TN تونس, GE تبليسي`,
		"zh": `RU 莫斯科, RU 克里姆林宫, UA 基辅, US 华盛顿, US 白宫, FR 巴黎, DE 柏林, GB 伦敦, ES 马德里, IT 罗马, TR 安卡拉, IR 德黑兰, IQ 巴格达, SY 大马士革,
			LB 贝鲁特, EG 开罗, SD 喀土穆, LY 的黎波里, SA 利雅得, QA 多哈, JP 东京, KR 首尔, KP 平壤, IN 新德里, PK 伊斯兰堡, AF 喀布尔, SO 摩加迪沙,
			ET 亚的斯亚贝巴, VE 加拉加斯, CU 哈瓦那, IL 特拉维夫, PS 拉马拉, PL 华沙, BY 明斯克, GR 雅典, CN 北京, TW 台北, AU 堪培拉, CA 渥太华, PH 马尼拉, VN 河内,
			TH 曼谷, ID 雅加达, MM 内比都, KH 金边, RS 贝尔格莱德, HU 布达佩斯, CZ 布拉格, UZ 塔什干, KZ 阿斯塔纳, GE 第比利斯, MX 墨西哥城, CO 波哥大, BR 巴西利亚`,
	} {
		for entry := range strings.SplitSeq(capitals, ",") {
			code, name, _ := strings.Cut(strings.TrimSpace(entry), " ")
			if got := tags(curate.Countries(language, name, "")); !slices.Equal(got, []string{code}) {
				t.Errorf("%s in %s: got %v, want %s", name, language, got, code)
			}
		}
	}
}

// TestCountriesWhereOthersMeet holds that a city in which others meet is no party in any script.
func TestCountriesWhereOthersMeet(t *testing.T) {
	for text, want := range map[string][]string{
		"Kyiv and Moscow hold talks":             {"RU", "UA"},
		"Tehran rejects talks":                   {"IR"},
		"Paris peace talks resume":               nil,
		"Paris Gaza talks resume":                {"PS"},
		"Переговоры по Украине в Минске":         {"UA"},
		"Минск и Киев ведут переговоры":          {"BY", "UA"},
		"Встреча Путина и Трампа в Анкаре":       {"RU", "US"},
		"乌克兰和谈在巴黎举行":                             {"UA"},
		"巴黎谴责袭击":                                 {"FR"},
		"جولة مفاوضات بين واشنطن وطهران في مسقط": {"IR", "US"},
	} {
		if got := tags(curate.Countries("", text, "")); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

// TestCountriesAsFirstNames holds that a country's name before a surname and an age is a person's, and a people's is not.
func TestCountriesAsFirstNames(t *testing.T) {
	for text, want := range map[string][]string{
		"India Whitlock, 24, won the contest":  nil,
		"Kenya Ellsworth, 41, was sworn in":    nil,
		"Paris Whitlock, 30, lives in Spain":   {"ES"},
		"Briton Whitlock, 52, is held in Iran": {"GB", "IR"},
		"India President Murmu, 67, opened it": {"IN"},
	} {
		if got := tags(curate.Countries("en", text, "")); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
