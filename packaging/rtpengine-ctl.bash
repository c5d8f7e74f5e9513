# SPDX-License-Identifier: Apache-2.0
# bash completion for rtpengine-ctl: the program itself knows what may follow.
_rtpengine_ctl()
{
    local current=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT} word where=() words=()
    case $current in
    -*)
        COMPREPLY=($(compgen -W "--runtime-dir= --json --deadline= --off --ng= --seconds= --help" -- "$current"))
        return
        ;;
    esac
    # Of the line, not of COMP_WORDS, where "=" stands alone.
    read -ra line <<< "${line%"$current"}"
    for word in "${line[@]:1}"; do
        case $word in
        --runtime-dir=*) where=("$word") ;;
        -*) ;;
        *) words+=("$word") ;;
        esac
    done
    COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "${where[@]}" complete "${words[@]}" 2>/dev/null)" -- "$current"))
}
complete -F _rtpengine_ctl rtpengine-ctl
