// SPDX-License-Identifier: Apache-2.0
// Options of every deployment: process, listeners, interfaces, kernel, lifetime, admission, log.
#include "common/options/groups.h"

namespace rtpengine::options {

using enum Class;
using enum Support;

constinit const std::array<Option, 7> action_options = {{
    {"help", 'h', flag(), core, built, "Show this text and exit.", true},
    {"version", 'v', flag(), core, built, "Print the version and exit.", true},
    {"check-config", 0, flag(), core, built, "Say what the configuration means, or what is wrong with it, and exit.", true},
    {"codecs", 0, flag(), common, missing, "List the known codecs and exit.", true},
    {"nftables-start", 0, flag(), rare, built, "Create the netfilter rules and exit.", true},
    {"nftables-stop", 0, flag(), rare, built, "Remove the netfilter rules and exit.", true},
    {"nftables-status", 0, flag(), rare, built, "Check the netfilter rules and exit.", true},
}};

constinit const std::array<Option, 7> process_options = {{
    {"config-file", 0, text("FILE", "/etc/rtpengine/rtpengine.conf"), core, built,
     "Read options from this file; none: from no file.", true},
    {"config-section", 0, text("NAME", "rtpengine"), common, built,
     "Section of the file that holds the options.", true},
    {"instances-config", 0, text("PREFIX", "instance"), common, built,
     "Prefix of the file's sections that describe one instance each; the others' options are its defaults."},
    {"foreground", 'f', flag(), core, built, "Stay in the foreground."},
    {"pidfile", 'p', text("FILE"), core, built, "Write the process id here once everything is ready."},
    {"runtime-dir", 0, text("DIR"), common, built,
     "Directory for sockets and shared state; default /run/rtpengine/ and the first NG endpoint."},
    {"user", 0, text("NAME"), common, built,
     "User of the child processes when started as root; default rtpengine if that user exists, else nobody."},
}};

constinit const std::array<Option, 19> listener_options = {{
    {"listen-ng", 'n', listener(), core, built, "UDP socket of the NG control protocol."},
    {"listen-tcp-ng", 'N', listener(), common, built, "TCP socket of the NG control protocol."},
    {"listen-cli", 'c', listener(), core, built, "TCP socket of the text command line interface."},
    {"listen-http", 0, listener(), core, built, "HTTP and WebSocket listener."},
    {"listen-https", 0, listener(), common, built, "HTTPS and secure WebSocket listener."},
    {"listen-udp", 'u', listener(), rare, missing, "UDP socket of the old rtpproxy protocol."},
    {"listen-tcp", 'l', listener(), rare, missing, "TCP socket of the obsolete mediaproxy protocol."},
    {"control-tos", 0, integer("TOS", "0").between(0, 255), rare, missing,
     "TOS byte of NG replies; 0: untouched."},
    {"control-pmtu", 0, words("want|dont|don't"), rare, missing, "Path MTU discovery on control sockets."},
    {"reject-invalid-sdp", 0, flag(), rare, built, "Refuse SDP with syntax errors."},
    {"sip-source", 0, flag(), common, built,
     "Take the SIP packet's source for the media address by default."},
    {"dtls-passive", 0, flag(), common, built, "Treat every request as if it had the DTLS-passive flag."},
    {"save-interface-ports", 'S', flag(), rare, missing, "Open ports on the first fitting address only."},
    {"active-switchover", 0, flag(), common, missing,
     "Take a standby call over at its first packet or message."},
    {"ng-client-timeout", 0, integer("MS", "50").at_least(1), rare, missing,
     "Timeout of NG requests sent by us."},
    {"ng-client-retries", 0, integer("COUNT", "5").at_least(1), rare, missing,
     "Retransmissions of NG requests sent by us."},
    {"templates", 0, text("SECTION"), common, built, "Section of the file that holds signalling templates."},
    {"software-id", 0, text("TEXT"), rare, built,
     "Product name shown to peers; default rtpengine and the version."},
    {"evs-lib-path", 0, text("FILE"), rare, missing, "Shared object with the 3GPP EVS codec."},
}};

constinit const std::array<Option, 11> interface_options = {{
    {"interface", 'i', text("[NAME/]ADDR[!ADVERTISED]").list(), core, built,
     "Local media address, system interface, host name or any; or ALIAS=NAME."},
    {"interfaces-config", 0, text("PREFIX"), core, built,
     "Prefix of the file's sections that describe interfaces."},
    {"port-min", 'm', integer("PORT", "30000").between(1, 65535), core, built, "Lowest media port."},
    {"port-max", 'M', integer("PORT", "39999").between(1, 65535), core, built, "Highest media port."},
    {"tos", 'T', integer("TOS", "0").between(0, 255), core, built,
     "TOS byte of outgoing media; 0: untouched."},
    {"endpoint-learning", 0, words("heuristic|delayed|immediate|off", "heuristic"), common, built,
     "How a peer's real address is learned: heuristic, delayed, immediate or off."},
    {"media-sockets", 0, words("steered|bound|auto", "auto"), common, built,
     "steered: one socket for all ports, by BPF; bound: one for each; auto: steered where possible."},
    {"workers-per-interface", 0, integer("COUNT", "1").between(1, 64), common, built,
     "So many processes share the ports of each interface; one is enough for most hosts."},
    {"socket-cpu-affinity", 0, integer("COUNT", "0"), rare, moot, "Spread sockets over this many CPUs."},
    {"max-recv-iters", 0, integer("COUNT", "50").at_least(1), rare, built,
     "Most reads from one socket in a row."},
    {"rtcp-interval", 0, integer("MS", "5000").corrected_below(1, 5000), rare, missing,
     "Mean interval of our own RTCP."},
}};

constinit const std::array<Option, 13> kernel_options = {{
    {"table", 't', integer("ID", "-1"), core, built, "Kernel forwarding table; negative: userspace only."},
    {"offload", 0, words("auto|kmod|bpf|none", "auto"), common, built,
     "What forwards in the kernel: kmod: the module; bpf: a BPF program; auto: the module where loaded, else BPF."},
    {"no-fallback", 'F', flag(), core, built, "Do not start when kernel forwarding can't be set up."},
    {"nftables-chain", 0, text("CHAIN"), common, built,
     "Keep netfilter rules in this chain, which is ours; without it the operator adds the rule."},
    {"nftables-base-chain", 0, text("CHAIN", "INPUT"), common, built,
     "Chain that jumps to ours; empty: ours is hooked itself; none: the operator adds the jump."},
    {"nftables-append", 0, flag(), rare, built, "Append the jump instead of inserting it."},
    {"nftables-family", 0, words("ip|ip4|ip6|ip,ip6|ip6,ip|ip4,ip6|ip6,ip4|inet", "ip,ip6").exact_case(),
     rare, built, "Netfilter families that are managed; inet takes no x_tables target and is refused."},
    {"xtables", 0, flag(), rare, built, "Use the RTPENGINE target of x_tables: always so here."},
    {"iptables-chain", 0, text("CHAIN"), rare, missing,
     "Chain that gets an ACCEPT rule for every open port."},
    {"kernel-slots", 0, integer("COUNT", "0"), rare, moot, "Slots of the kernel's packet ring."},
    {"kernel-num-threads", 0, integer("COUNT", "-1"), rare, moot, "Kernel threads that send from that ring."},
    {"kernel-player", 0, integer("COUNT", "0"), rare, missing, "Most media players in the kernel."},
    {"kernel-player-media", 0, integer("COUNT", "128"), rare, missing,
     "Most media items held in the kernel."},
}};

constinit const std::array<Option, 9> call_options = {{
    {"timeout", 'o', integer("SECONDS", "60").corrected_below(1, 60), core, built,
     "Calls without media end after this."},
    {"silent-timeout", 's', integer("SECONDS", "3600").corrected_below(1, 3600), core, built,
     "Calls on hold end after this."},
    {"offer-timeout", 0, integer("SECONDS", "3600").corrected_below(1, 3600), common, built,
     "Offers without an answer end after this."},
    {"final-timeout", 'a', integer("SECONDS", "0").corrected_below(0, 0), common, built,
     "Calls end after this whatever happens; 0: off."},
    {"delete-delay", 'd', integer("SECONDS", "30").at_least(0), core, built,
     "Wait between a delete and the end."},
    {"max-sessions", 0, integer("COUNT", "-1").corrected_below(-1, -1), common, built,
     "Most calls; -1: no limit."},
    {"max-load", 0, real("LOAD", "0"), rare, missing, "Refuse new calls above this load average."},
    {"max-cpu", 0, real("PERCENT", "0"), rare, missing, "Refuse new calls above this CPU use."},
    {"max-bandwidth", 0, integer("BYTES", "0").between(INT64_MIN, INT64_MAX), rare, missing,
     "Refuse new calls above this many received bytes a second."},
}};

constinit const std::array<Option, 14 + log::subsystem_count> log_options = {{
    {"log-level", 'L', integer("LEVEL", "6"), core, built, "Log up to this syslog level."},
    {"log-level-core", 0, integer("LEVEL", ""), common, built, "Log level of subsystem core."},
    {"log-level-ffmpeg", 0, integer("LEVEL", ""), common, built, "Log level of subsystem ffmpeg."},
    {"log-level-internals", 0, integer("LEVEL", "-1"), common, built, "Log level of subsystem internals."},
    {"log-level-spandsp", 0, integer("LEVEL", ""), common, built, "Log level of subsystem spandsp."},
    {"log-level-transcoding", 0, integer("LEVEL", ""), common, built, "Log level of subsystem transcoding."},
    {"log-level-codec", 0, integer("LEVEL", ""), common, built, "Log level of subsystem codec."},
    {"log-level-rtcp", 0, integer("LEVEL", ""), common, built, "Log level of subsystem rtcp."},
    {"log-level-ice", 0, integer("LEVEL", ""), common, built, "Log level of subsystem ice."},
    {"log-level-crypto", 0, integer("LEVEL", ""), common, built, "Log level of subsystem crypto."},
    {"log-level-srtp", 0, integer("LEVEL", ""), common, built, "Log level of subsystem srtp."},
    {"log-level-http", 0, integer("LEVEL", ""), common, built, "Log level of subsystem http."},
    {"log-level-control", 0, integer("LEVEL", ""), common, built, "Log level of subsystem control."},
    {"log-level-dtx", 0, integer("LEVEL", ""), common, built, "Log level of subsystem dtx."},
    {"log-facility", 0, words(facility_words, "daemon"), core, built, "Syslog facility."},
    {"log-facility-cdr", 0, words(facility_words), common, missing, "Syslog facility of call records."},
    {"log-facility-rtcp", 0, words(facility_words), rare, missing, "Syslog facility of RTCP records."},
    {"log-facility-dtmf", 0, words(facility_words), common, missing, "Syslog facility of DTMF events."},
    {"log-format", 0, words("default|parsable", "default").exact_case(), rare, built,
     "Layout of log prefixes."},
    {"log-stderr", 'E', flag(), core, built, "Log to stderr instead of syslog."},
    {"no-log-timestamps", 0, flag(), core, built, "No time stamps on stderr."},
    {"log-name", 0, text("NAME", "rtpengine"), rare, built, "Name in syslog records."},
    {"split-logs", 0, flag(), rare, missing, "One record for each line of a message."},
    {"max-log-line-length", 0, integer("CHARS", "0"), rare, missing,
     "Split longer log lines; 0: as the sink needs."},
    {"log-mark-prefix", 0, text("TEXT"), rare, built, "Put before private data in the log."},
    {"log-mark-suffix", 0, text("TEXT"), rare, built, "Put after private data in the log."},
    {"debug-srtp", 0, flag(), rare, missing, "Log SRTP packets in detail."},
}};

} // namespace rtpengine::options
