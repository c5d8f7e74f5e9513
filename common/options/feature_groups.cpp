// SPDX-License-Identifier: Apache-2.0
// Options of single features: DTLS, DTMF, Redis, statistics, MQTT, recording, playback, transcoding, threads,
// HTTP.
#include "common/options/groups.h"

namespace rtpengine::options {

using enum Class;
using enum Support;

constinit const std::array<Option, 6> dtls_options = {{
    {"dtls-cert-cipher", 0, words("prime256v1|ec-prime256v1|ec_prime256v1|RSA", "prime256v1"), rare, built,
     "Key type of the DTLS certificate: prime256v1 (EC) or RSA."},
    {"dtls-rsa-key-size", 0, integer("BITS", "2048").between(1024, 4096), rare, built,
     "Bits of an RSA key, with dtls-cert-cipher=RSA."},
    {"dtls-signature", 0, words("SHA-256|sha256|SHA-1|sha1", "SHA-256"), rare, built,
     "Hash that signs the certificate, whatever that of a=fingerprint is."},
    {"dtls-ciphers", 0, text("LIST", "DEFAULT:!NULL:!aNULL:!SHA256:!SHA384:!aECDH:!AESGCM+AES256:!aPSK"),
     rare, built, "Ciphers of the DTLS handshake, as openssl-ciphers(1) writes them."},
    {"dtls-mtu", 0, integer("BYTES", "1200").at_least(576), rare, built,
     "Bytes of the largest IP packet of a DTLS handshake."},
    {"log-srtp-keys", 0, flag(), rare, missing, "Log SRTP keys at error level."},
}};

constinit const std::array<Option, 5> dtmf_options = {{
    {"dtmf-log-dest", 0, remote(), common, missing, "UDP destination of DTMF events."},
    {"dtmf-log-ng-tcp", 0, flag(), rare, missing, "Send DTMF events to NG clients on TCP."},
    {"dtmf-no-log-injects", 0, flag(), rare, missing, "Do not report DTMF events that we injected."},
    {"dtmf-no-suppress", 0, flag(), rare, missing, "Let audio through during DTMF events."},
    {"dtmf-digit-delay", 0, integer("MS", "2500"), rare, missing,
     "Longest gap between the digits of a sequence."},
}};

constinit const std::array<Option, 16> redis_options = {{
    {"redis", 'r', text("[PW@]HOST:PORT/DB"), common, missing, "Redis database that keeps the calls."},
    {"redis-write", 'w', text("[PW@]HOST:PORT/DB"), common, missing, "Redis database to write to."},
    {"redis-subscribe", 0, text("[PW@]HOST:PORT[/DB]"), common, missing, "Redis server for notifications."},
    {"subscribe-keyspace", 'k', text("DB").list(), common, missing, "Redis databases to watch."},
    {"redis-num-threads", 0, integer("COUNT", "4").corrected_below(1, 4), rare, missing,
     "Threads that restore calls."},
    {"redis-expires", 0, integer("SECONDS", "86400"), common, missing, "Life of a call's record."},
    {"no-redis-required", 'q', flag(), common, missing, "Start without Redis when it can't be reached."},
    {"redis-allowed-errors", 0, integer("COUNT", "-1"), rare, missing,
     "Errors in a row before Redis is left alone."},
    {"redis-disable-time", 0, integer("SECONDS", "10").at_least(0), rare, missing,
     "How long Redis is left alone."},
    {"redis-cmd-timeout", 0, integer("MS", "0"), rare, missing, "Timeout of a Redis command."},
    {"redis-connect-timeout", 0, integer("MS", "1000"), rare, missing, "Timeout of a connection to Redis."},
    {"redis-resolve-on-reconnect", 0, flag(), rare, missing, "Look the Redis host up at every reconnect."},
    {"redis-format", 0, words("native|bencode|JSON", "native"), rare, missing,
     "Encoding of records in Redis."},
    {"redis-tcp-keepalive-time", 0, integer("SECONDS", "0"), rare, missing,
     "Idle time before TCP keepalives."},
    {"redis-tcp-keepalive-intvl", 0, integer("SECONDS", "1"), rare, missing, "Interval of TCP keepalives."},
    {"redis-tcp-keepalive-probes", 0, integer("COUNT", "3"), rare, missing,
     "Lost keepalives that end a connection."},
}};

constinit const std::array<Option, 13> statistics_options = {{
    {"graphite", 'g', remote(), common, missing, "Graphite server."},
    {"graphite-interval", 'G', integer("SECONDS", "1"), common, missing, "Interval of Graphite reports."},
    {"graphite-prefix", 0, text("TEXT"), common, missing, "Put before every name sent to Graphite."},
    {"graphite-timeout", 0, integer("SECONDS", "0"), rare, missing, "Timeout of a connection to Graphite."},
    {"homer", 0, remote(), common, missing, "Homer server, HEPv3."},
    {"homer-protocol", 0, words("udp|tcp", "udp").exact_case(), rare, missing, "Transport to Homer."},
    {"homer-id", 0, integer("ID", "2001"), common, missing, "Capture id for Homer."},
    {"homer-disable-rtcp-stats", 0, flag(), rare, missing, "Send no RTCP to Homer."},
    {"homer-enable-ng", 0, flag(), rare, missing, "Send NG messages to Homer."},
    {"homer-ng-capture-proto", 0, integer("TYPE", "61").between(0, 255), rare, missing,
     "HEP protocol type of NG messages."},
    {"mos", 0, words("CQ|LQ|G.107|G107|G.107.2|G107.2|G.1072|G1072|legacy").list(), common, missing,
     "How MOS is computed."},
    {"measure-rtp", 0, flag(), common, missing, "Measure loss and jitter on forwarded RTP too."},
    {"ssrc-reporting", 0, words("full|inline|global|none", "full"), common, built,
     "Where replies show SSRC statistics: full, inline, global or none."},
}};

constinit const std::array<Option, 15> mqtt_options = {{
    {"mqtt-host", 0, text("HOST"), common, missing, "MQTT broker."},
    {"mqtt-port", 0, integer("PORT", "1883"), common, missing, "Port of the broker."},
    {"mqtt-id", 0, text("ID"), rare, missing, "MQTT client id."},
    {"mqtt-keepalive", 0, integer("SECONDS", "30"), rare, missing, "MQTT keepalive."},
    {"mqtt-user", 0, text("NAME"), common, missing, "User at the broker."},
    {"mqtt-pass", 0, text("PASSWORD"), common, missing, "Password at the broker."},
    {"mqtt-cafile", 0, text("FILE"), rare, missing, "CA certificate for TLS to the broker."},
    {"mqtt-capath", 0, text("DIR"), rare, missing, "CA certificates for TLS to the broker."},
    {"mqtt-certfile", 0, text("FILE"), rare, missing, "Our certificate for the broker."},
    {"mqtt-keyfile", 0, text("FILE"), rare, missing, "Key of our certificate."},
    {"mqtt-tls-alpn", 0, text("NAME"), rare, missing, "ALPN value for TLS to the broker."},
    {"mqtt-publish-qos", 0, integer("QOS", "0").between(0, 2), rare, missing,
     "Quality of service of what we publish."},
    {"mqtt-publish-topic", 0, text("TOPIC"), common, missing, "Topic that we publish to."},
    {"mqtt-publish-interval", 0, integer("MS", "5000").at_least(0), common, missing,
     "Interval of publishing."},
    {"mqtt-publish-scope", 0, words("global|summary|call|media", "global").exact_case(), common, missing,
     "What we publish: global, summary, call or media."},
}};

constinit const std::array<Option, 2> callback_options = {{
    {"b2b-url", 'b', text("URL"), common, missing, "XML-RPC address told about calls that time out."},
    {"xmlrpc-format", 'x', integer("FORMAT", "0").between(0, 2), common, missing,
     "Format of that message: 0, 1 or 2."},
}};

constinit const std::array<Option, 5> recording_options = {{
    {"recording-dir", 0, text("DIR"), common, missing, "Directory of recordings."},
    {"recording-method", 0, words("pcap|proc|all", "pcap").exact_case().only_warned(), common, missing,
     "How calls are recorded."},
    {"recording-format", 0, words("raw|eth", "raw").exact_case(), rare, missing, "Link type of PCAP files."},
    {"record-egress", 0, flag(), rare, missing, "Record packets as sent."},
    {"record-both", 0, flag(), rare, missing, "Record packets as received and as sent."},
}};

constinit const std::array<Option, 22> player_options = {{
    {"mysql-host", 0, text("HOST"), common, missing, "Database server that holds media."},
    {"mysql-port", 0, integer("PORT", ""), common, missing, "Port of the database."},
    {"mysql-user", 0, text("NAME"), common, missing, "User at the database."},
    {"mysql-pass", 0, text("PASSWORD"), common, missing, "Password at the database."},
    {"mysql-query", 0, text("SQL"), common, missing, "Query that fetches media by id."},
    {"player-cache", 0, flag(), common, missing, "Keep encoded media for playback."},
    {"preload-media-files", 0, text("FILE").list(), common, missing,
     "Media files to load at start, or on-demand."},
    {"media-files-reload", 0, integer("SECONDS", "0"), rare, missing,
     "Interval of looking for changed media files."},
    {"media-files-expire", 0, integer("SECONDS", "0").at_least(0), rare, missing,
     "Unused media files are dropped after this."},
    {"preload-db-media", 0, text("ID").list(), rare, missing,
     "Database media to load at start, or on-demand."},
    {"db-media-reload", 0, integer("SECONDS", "0"), rare, missing, "Interval of reloading database media."},
    {"db-media-expire", 0, integer("SECONDS", "0").at_least(0), rare, missing,
     "Unused database media are dropped after this."},
    {"db-media-cache", 0, text("DIR"), rare, missing, "Directory that caches database media."},
    {"preload-db-cache", 0, text("ID").list(), rare, missing,
     "Database media to load into that directory, or on-demand."},
    {"db-cache-reload", 0, integer("SECONDS", "0"), rare, missing, "Interval of reloading that directory."},
    {"cache-media-reload", 0, integer("SECONDS", "0"), rare, missing, "Older name of db-cache-reload."},
    {"db-cache-expire", 0, integer("SECONDS", "0").at_least(0), rare, missing,
     "Unused files there are dropped after this."},
    {"expiry-timer", 0, integer("SECONDS", "0"), rare, missing, "Interval of dropping unused media."},
    {"moh-max-duration", 0, integer("MS", "1800000").corrected_below(0, 1800000), rare, missing,
     "Longest music on hold."},
    {"moh-max-repeats", 0, integer("COUNT", "999"), rare, missing, "Most repeats of music on hold."},
    {"moh-attr-name", 0, text("NAME"), rare, missing, "SDP attribute that marks music on hold."},
    {"moh-prevent-double-hold", 0, flag(), rare, missing, "No music on hold where that attribute came in."},
}};

constinit const std::array<Option, 20> transcoding_options = {{
    {"transcode-config", 0, text("PREFIX"), rare, missing,
     "Prefix of the file's sections with transcoding rules."},
    {"jitter-buffer", 0, integer("PACKETS", "0").at_least(0), rare, missing,
     "Size of the jitter buffer; 0: off."},
    {"jb-clock-drift", 0, flag(), rare, missing, "Compensate the drift of the sender's clock."},
    {"jb-adaptive", 0, flag(), rare, missing, "Size the jitter buffer by the jitter."},
    {"jb-adaptive-min", 0, integer("MS", "0").at_least(0), rare, missing, "Smallest adaptive jitter buffer."},
    {"jb-adaptive-max", 0, integer("MS", "300").between(0, 1000), rare, missing,
     "Largest adaptive jitter buffer."},
    {"dtx-delay", 0, integer("MS", "0").at_least(0), rare, missing, "Hold audio back to fill gaps; 0: off."},
    {"max-dtx", 0, integer("SECONDS", "30").at_least(0), rare, missing,
     "Stop filling gaps after this; 0: never."},
    {"dtx-buffer", 0, integer("PACKETS", "10"), rare, missing, "Most packets held back."},
    {"dtx-lag", 0, integer("MS", "100").at_least(0), rare, missing, "Longest time held back."},
    {"dtx-shift", 0, integer("MS", "5").at_least(0), rare, missing, "Correction of the timer."},
    {"dtx-cn-params", 0, integer("VALUE", "").between(0, 254).list(), rare, missing,
     "Comfort noise in filled gaps."},
    {"amr-dtx", 0, words("native|CN", "native"), rare, missing, "DTX of AMR."},
    {"evs-dtx", 0, words("native|CN", "native"), rare, missing, "DTX of EVS."},
    {"silence-detect", 0, real("PERCENT", "0"), rare, missing, "Turn audio below this into comfort noise."},
    {"cn-payload", 0, integer("VALUE", "32").between(0, 254).list(), rare, missing,
     "Comfort noise parameters."},
    {"audio-player", 0,
     words("on-demand|on demand|off|no|never|play-media|play media|media-player|media "
           "player|transcoding|transcode|always|"
           "everything|force|forced",
           "on-demand"),
     rare, missing, "When audio is mixed and played by us."},
    {"audio-buffer-length", 0, integer("MS", "500"), rare, missing, "Length of the mixing buffer."},
    {"audio-buffer-delay", 0, integer("MS", "5"), rare, missing, "Initial delay of a new source."},
    {"codec-num-threads", 0, integer("COUNT", "0"), rare, moot, "Threads that transcode."},
}};

constinit const std::array<Option, 13> thread_options = {{
    {"num-threads", 0, integer("COUNT", "4").corrected_below(1, 4), core, moot,
     "Worker threads; here every worker is a process."},
    {"media-num-threads", 0, integer("COUNT", ""), common, moot, "Playback threads."},
    {"http-threads", 0, integer("COUNT", ""), rare, moot, "HTTP threads."},
    {"poller-per-thread", 0, flag(), rare, moot, "One poller a thread."},
    {"poller-size", 0, integer("COUNT", "128"), rare, moot, "Most events of one poll."},
    {"thread-stack", 0, integer("KB", "2048"), rare, moot, "Stack of a thread."},
    {"timer-accuracy", 0, integer("US", "500").at_least(0), rare, moot, "Timers due sooner run at once."},
    {"io-uring", 0, flag(), rare, moot, "Use io_uring."},
    {"io-uring-buffers", 0, integer("COUNT", "16384"), rare, moot, "Ring entries of a thread."},
    {"scheduling", 0, words(scheduler_words, "default").only_warned(), rare, missing,
     "Scheduling policy of workers."},
    {"priority", 0, integer("PRIORITY", "0"), rare, missing, "Priority of workers."},
    {"idle-scheduling", 0, words(scheduler_words, "default").only_warned(), rare, missing,
     "Scheduling policy of housekeeping."},
    {"idle-priority", 0, integer("PRIORITY", "0"), rare, missing, "Priority of housekeeping."},
}};

constinit const std::array<Option, 8> http_options = {{
    {"https-cert", 0, text("FILE"), common, built, "Certificate of the HTTPS listener, PEM, with what is between it and the root."},
    {"https-key", 0, text("FILE"), common, built, "Key of that certificate, PEM."},
    {"https-client-ca", 0, text("FILE"), common, built,
     "Clients of the HTTPS listener must have a certificate of one of these authorities."},
    {"client-tokens", 0, text("FILE"), common, built,
     "Clients over TCP, HTTP and WebSocket must know one of the tokens in this file, one a line."},
    {"max-connections", 0, integer("COUNT", "16384").between(1, 1000000), common, built,
     "Most connections of clients over TCP and HTTP."},
    {"http-buf-size", 0, integer("KB", "").between(0, 2097150), rare, moot, "Buffer of an HTTP thread."},
    {"http-idle-timeout", 0, integer("SECONDS", "0").at_least(0), rare, built,
     "Idle HTTP connections end after this; 0: after 5 seconds."},
    {"janus-secret", 0, text("SECRET"), rare, missing, "Turns the Janus interface on."},
}};

constinit const std::array<Option, 6> star_code_options = {{
    {"vsc-start-rec", 0, text("DIGITS"), rare, missing, "DTMF digits that start recording."},
    {"vsc-stop-rec", 0, text("DIGITS"), rare, missing, "DTMF digits that stop recording."},
    {"vsc-start-stop-rec", 0, text("DIGITS"), rare, missing, "DTMF digits that start or stop recording."},
    {"vsc-pause-rec", 0, text("DIGITS"), rare, missing, "DTMF digits that pause recording."},
    {"vsc-pause-resume-rec", 0, text("DIGITS"), rare, missing, "DTMF digits that pause or resume recording."},
    {"vsc-start-pause-resume-rec", 0, text("DIGITS"), rare, missing,
     "DTMF digits that start, pause or resume recording."},
}};

} // namespace rtpengine::options
