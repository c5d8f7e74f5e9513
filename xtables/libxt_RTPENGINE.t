# rule;listing, = if it is the same;OK or FAIL. `:CHAINS` and `*table` hold for the rows below them.
:INPUT
-j RTPENGINE --id 0;=;OK
-p udp -j RTPENGINE --id 0;=;OK
-p udp -j RTPENGINE --id 42;=;OK
-p udp -j RTPENGINE --id 63;=;OK
-p udp -m udp --dport 30000:40000 -j RTPENGINE --id 7;=;OK
-p udp -j RTPENGINE --id 0x2a;-p udp -j RTPENGINE --id 42;OK
-p tcp -j RTPENGINE --id 1;=;OK
# the extension refuses these
-p udp -j RTPENGINE;;FAIL
-p udp -j RTPENGINE --id;;FAIL
-p udp -j RTPENGINE --id x;;FAIL
-p udp -j RTPENGINE --id 1x;;FAIL
-p udp -j RTPENGINE --id -1;;FAIL
-p udp -j RTPENGINE --id 1.5;;FAIL
-p udp -j RTPENGINE --id 65536;;FAIL
-p udp -j RTPENGINE --id 4294967296;;FAIL
-p udp -j RTPENGINE --id 18446744073709551616;;FAIL
-p udp -j RTPENGINE --id 1 --id 2;;FAIL
-p udp -j RTPENGINE ! --id 1;;FAIL
-p udp -j RTPENGINE --table 1;;FAIL
# the module does, as long as there are 64 tables
-p udp -j RTPENGINE --id 64;;FAIL
-p udp -j RTPENGINE --id 65535;;FAIL
:FORWARD,OUTPUT
-p udp -j RTPENGINE --id 0;;FAIL
*mangle
:INPUT
-p udp -j RTPENGINE --id 3;=;OK
:PREROUTING,FORWARD,OUTPUT,POSTROUTING
-p udp -j RTPENGINE --id 3;;FAIL
*raw
:PREROUTING,OUTPUT
-p udp -j RTPENGINE --id 3;;FAIL
