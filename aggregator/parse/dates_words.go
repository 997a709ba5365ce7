package parse

import (
	"strings"
	"sync"
)

// monthNames are the months' names and usual abbreviations in the languages of news sources, January first, one
// spelling a month and line; "-" where a language has no such form. Sources: the Unicode CLDR's calendar names, and
// dates met in feeds. Diacritics stay, but combining marks do not; see foldDate.
var monthNames = [...]string{
	"january february march april may june july august september october november december",
	"jan feb mar apr may jun jul aug sep oct nov dec",
	"- - - - - - - - sept - - -",
	"januar februar märz april mai juni juli august september oktober november dezember",
	"jänner feber mrz - - - - - - okt - dez",
	"janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
	"janv févr mars avr - - juil - - - - déc",
	"- fevrier - - - - - aout - - - decembre",
	"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
	"ene - - abr - - - ago setiembre - - dic",
	"janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
	"- fev março - mai - - - set out - -",
	"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
	"gen - - - mag giu lug - - ott - -",
	"stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
	"styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
	"sty lut - kwi - cze lip sie wrz paź lis gru",
	"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
	"oca şub - nis - haz tem ağu eyl eki kas ara",
	"januari februari maart april mei juni juli augustus september oktober november december",
	"- - mrt - - - - - - - - -",
	"januari februari mars april maj juni juli augusti september oktober november december",
	"januar februar marts april maj juni juli august september oktober november desember",
	"- - - - - - - - - - - des",
	"tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
	"ledna února března dubna května června července srpna září října listopadu prosince",
	"január február március április május június július augusztus szeptember október november december",
	"- - márc ápr máj jún júl - szept - - -",
	"januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
	"ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
	"ian - - - - iun iul - - - noi -",
	"januari februari maret april mei juni juli agustus september oktober november desember",
	"- - - - - - - agu - - - -",
	"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
	"январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
	"янв фев мар апр - июн июл авг сен окт ноя дек",
	"- февр - - - - - - сент - нояб -",
	"січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
	"січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
	"січ лют бер кві тра чер лип сер вер жов лис гру",
	"януари февруари - април - юни юли - септември октомври ноември декември",
	"јануар фебруар - - мај јун јул - септембар октобар новембар децембар",
	"ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου",
	"ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος οκτώβριος νοέμβριος δεκέμβριος",
	"ιαν φεβ μαρ απρ μαϊ ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
	"- - μάρ - μάι ιούν ιούλ αύγ σεπτ - νοέ -",
	"يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
	"- - - ابريل - يونية يولية اغسطس - اكتوبر - -",
	"كانونالثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرينالأول تشرينالثاني كانونالأول",
	"جانفي فيفري - أفريل ماي جوان جويلية أوت - - - -",
	"ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
	"- - - - می - جولای - - - - -",
	"ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
	"בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
	"जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
	"جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
}

// months maps each name of monthNames, folded, to its number.
var months = sync.OnceValue(func() map[string]int {
	table := map[string]int{}
	for _, line := range monthNames {
		for i, name := range strings.Fields(foldDate(line)) {
			if name != "-" {
				table[name] = i + 1
			}
		}
	}
	return table
})

// monthNumber returns the month that a folded word names, 1 to 12, or 0. English names may be cut after three letters
// or more.
func monthNumber(word string) int {
	if month := months()[word]; month > 0 {
		return month
	}
	if len(word) > 3 && word[0] < 0x80 && len(word) < 10 {
		for i, full := range strings.Fields(monthNames[0]) {
			if strings.HasPrefix(full, word) {
				return i + 1
			}
		}
	}
	return 0
}

// eastAsian writes what East Asian dates put after a number as separators, and joins the two-word months of Arabic.
var eastAsian = strings.NewReplacer("年", "-", "月", "-", "日", " ", "時", ":", "时", ":", "点", ":", "分", ":", "秒", " ",
	"년", "-", "월", "-", "일", " ", "시", ":", "분", ":", "초", " ",
	"午前", " am ", "上午", " am ", "오전", " am ", "午後", " pm ", "下午", " pm ", "오후", " pm ",
	"كانون ", "كانون", "تشرين ", "تشرين", "μμ", "pm", "πμ", "am")

// halfOfDay returns 1 for a word that means before noon, 2 for after noon, 0 for another.
func halfOfDay(word string) int {
	switch word {
	case "am", "ص":
		return 1
	case "pm", "م":
		return 2
	}
	return 0
}

// zones are the offsets of the zones' abbreviations, in minutes east of UTC. Where two zones share one, it is the one
// of RFC 822, else the one that more news sources stand in. An unknown abbreviation counts as UTC.
var zones = map[string]int{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60,
	"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
	"et": -300, "ct": -360, "mt": -420, "pt": -480,
	"akst": -540, "akdt": -480, "hst": -600, "ast": -240, "adt": -180, "nst": -210, "ndt": -150,
	"bst": 60, "ist": 330, "cet": 60, "cest": 120, "met": 60, "mest": 120, "mez": 60, "mesz": 120,
	"eet": 120, "eest": 180, "msk": 180, "msd": 240, "trt": 180, "samt": 240, "yekt": 300, "omst": 360,
	"krat": 420, "irkt": 480, "yakt": 540, "vlat": 600, "gst": 240, "azt": 240, "get": 240, "amt": 240,
	"irst": 210, "irdt": 270, "aft": 270, "pkt": 300, "uzt": 300, "npt": 345, "bdt": 360, "almt": 300,
	"ict": 420, "wib": 420, "wita": 480, "wit": 540, "hkt": 480, "sgt": 480, "myt": 480, "pht": 480, "awst": 480,
	"jst": 540, "kst": 540, "acst": 570, "acdt": 630, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
	"cat": 120, "eat": 180, "wat": 60, "sast": 120, "idt": 180, "brt": -180, "art": -180, "clt": -240, "clst": -180,
	"cot": -300, "pet": -300, "vet": -240, "bot": -240, "uyt": -180, "мск": 180,
}

// zoneOffset returns a zone's offset in seconds east of UTC.
func zoneOffset(word string) (seconds int, ok bool) {
	minutes, ok := zones[word]
	return minutes * 60, ok
}
