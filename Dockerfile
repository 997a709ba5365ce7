# Wireroom as one static binary on an empty root. Build:
#
#   docker build --build-arg VERSION="$(git describe --tags --always)" -t wireroom .
#   docker run --read-only -p 127.0.0.1:8080:8080 -v wireroom-data:/data wireroom
#
# The binary carries its certificate roots and time zones. All state is below /data; the configuration is
# /etc/wireroom/config.yaml, to be mounted over with your own. Nothing else is written.

FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
ARG TARGETOS
ARG TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false \
      -ldflags "-s -w -X main.version=${VERSION}" -o /out/wireroom ./cmd/wireroom \
 && mkdir /out/data

FROM scratch
COPY --from=build /out/wireroom /wireroom
COPY --from=build /src/config.yaml /etc/wireroom/config.yaml
# A new volume takes the owner of the folder it covers.
COPY --from=build --chown=65532:65532 /out/data /data
VOLUME /data
# TMPDIR: large sorts of SQLite and the store of the demo need a place to write, and the root is meant to be read-only.
ENV WIREROOM_LISTEN=:8080 \
    WIREROOM_STORE=sqlite:/data/wireroom.db \
    TMPDIR=/data
# Every command finds config.yaml in its working directory.
WORKDIR /etc/wireroom
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["/wireroom", "healthcheck"]
ENTRYPOINT ["/wireroom"]
CMD ["run"]
