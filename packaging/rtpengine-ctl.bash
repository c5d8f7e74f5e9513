# SPDX-License-Identifier: Apache-2.0
# bash completion for rtpengine-ctl: the program itself knows what may follow.
_rtpengine_ctl()
{
    local current=${COMP_WORDS[COMP_CWORD]} word words=()
    case $current in
    -*)
        COMPREPLY=($(compgen -W "--runtime-dir= --json --deadline= --off --ng= --seconds= --help" -- "$current"))
        return
        ;;
    esac
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in -* | =) ;; *) words+=("$word") ;; esac
    done
    COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" complete "${words[@]}" 2>/dev/null)" -- "$current"))
}
complete -F _rtpengine_ctl rtpengine-ctl
