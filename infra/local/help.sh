# Sourced by ./rideline: everything it can say before Node and the packages are installed. Needs bash 3.2, sed and cat.
# The texts are infra/local/help/COMMAND.txt; the options under "Options:" are the ones that the command accepts, and they and
# the words under "Names:" are what the shell completes.

HELP_FOLDER=$ROOT/infra/local/help

command_names() {
  local file name
  for file in "$HELP_FOLDER"/*.txt; do
    name=${file##*/}
    [ "$name" = overview.txt ] || printf '%s\n' "${name%.txt}"
  done
}

is_command() { # NAME
  case $1 in '' | overview | */*) return 1 ;; esac
  [ -f "$HELP_FOLDER/$1.txt" ]
}

help_of() { # COMMAND
  cat "$HELP_FOLDER/$1.txt"
}

# Both spellings of an option stand on their line: "-f, --follow". --help is accepted everywhere.
options_of() { # COMMAND
  sed -nE '/^Options:/,/^$/s/^  ((-[a-z], )?--[a-z0-9-]+).*/\1/p' "$HELP_FOLDER/$1.txt" | tr -d ','
}

names_of() { # COMMAND
  if [ "$1" = help ]; then command_names; else sed -nE '/^Names:/,/^$/s/^  ([a-z][a-z0-9-]*) .*/\1/p' "$HELP_FOLDER/$1.txt"; fi
}

# Fails on an option that the command does not have, before anything is installed for it.
check_options() { # COMMAND ARGUMENTS...
  local command=$1 word known
  shift
  known=" $(options_of "$command" | tr '\n' ' ') "
  for word in "$@"; do
    case $word in
      --) return ;;
      -[0-9]* | -) ;;
      -*) case $known in *" ${word%%=*} "*) ;; *) usage_error "unknown option '${word%%=*}' for $command" "See ./rideline help $command" ;; esac ;;
    esac
  done
}

# The word that stands for an option's value in the help, "P" for "--port P"; nothing for an option without one.
value_word_of() { # COMMAND OPTION
  sed -nE "/^Options:/,/^\$/s/^  (-[a-z], )?$2 ([A-Z]+) .*/\2/p" "$HELP_FOLDER/$1.txt"
}

# How many words a command takes besides its options; "any" for "[FILTER...]".
most_words_of() { # COMMAND
  local usage
  usage=$(sed -nE '1s/^Usage: \.\/rideline [a-z0-9-]+//p' "$HELP_FOLDER/$1.txt" | sed -E 's/--[a-z-]+ [A-Z]+//g; s/\[options\]//')
  case $usage in
    *...*) echo any ;;
    *) printf '%s\n' "$usage" | wc -w | tr -d ' ' ;;
  esac
}

# Fails on a value that cannot be right whatever the command does with it, and on a word too many.
check_value() { # OPTION WORD VALUE
  case $2 in
    P)
      case $3 in '' | *[!0-9]* | ??????*) usage_error "'$3' is not a port" 'Give a number from 1 to 65535' ;; esac
      { [ "$3" -ge 1 ] && [ "$3" -le 65535 ]; } || usage_error "'$3' is not a port" 'Give a number from 1 to 65535'
      ;;
    N | X) case $3 in '' | *[!0-9.eE+-]*) usage_error "$1: '$3' is not a valid number" 'Give a number' ;; esac ;;
    TIME)
      case ${3%[smhd]} in
        '' | *[!0-9]*) usage_error "'$3' is not a duration" 'Give 30s, 15m, 12h or 7d' ;;
        *[1-9]*) ;;
        *) usage_error "'$3' is not a duration" 'Give 30s, 15m, 12h or 7d' ;;
      esac
      ;;
    ROLE)
      case $3 in driver | rider | operator | admin) ;;
        *) usage_error "there is no role '$3'" 'The roles are driver, rider, operator, admin' ;;
      esac
      ;;
  esac
}

check_values() { # COMMAND ARGUMENTS...
  local command=$1 words=0 most option kind
  shift
  most=$(most_words_of "$command")
  while [ $# -gt 0 ]; do
    case $1 in
      --) return ;;
      -*=*)
        option=${1%%=*}
        check_value "$option" "$(value_word_of "$command" "$option")" "${1#*=}"
        ;;
      -*)
        option=$1
        kind=$(value_word_of "$command" "$option")
        if [ -n "$kind" ]; then
          [ $# -ge 2 ] || usage_error "$option needs a value" "See ./rideline help $command"
          check_value "$option" "$kind" "$2"
          shift
        fi
        ;;
      *)
        words=$((words + 1))
        [ "$most" = any ] || [ "$words" -le "$most" ] || usage_error "unexpected argument '$1'" "See ./rideline help $command"
        ;;
    esac
    shift
  done
}

# The words and options that the usage line of a command has outside brackets: "DIR", "--role ROLE --id ID".
required_of() { # COMMAND
  sed -nE '1s/^Usage: \.\/rideline [a-z0-9-]+//p' "$HELP_FOLDER/$1.txt" | sed -E 's/\[[^]]*\]//g'
}

# Fails on a missing word or option, in the words of an installed command.
check_required() { # COMMAND ARGUMENTS...
  local command=$1 part is_value=0 has_word=0
  shift
  for part in "$@"; do
    case $part in
      -*=*) is_value=0 ;;
      -*) [ -z "$(value_word_of "$command" "$part")" ] && is_value=0 || is_value=1 ;;
      *) [ "$is_value" = 1 ] || has_word=1; is_value=0 ;;
    esac
  done
  is_value=0
  for part in $(required_of "$command"); do
    case $part in
      --*)
        is_value=1
        [ -n "$(value_of "$part" "$@")" ] || usage_error "$command needs $part" "See ./rideline help $command"
        ;;
      *)
        [ "$is_value" = 1 ] || [ "$has_word" = 1 ] || usage_error "$command needs $(word_text "$part")" "See ./rideline help $command"
        is_value=0
        ;;
    esac
  done
}

word_text() { # WORD OF A USAGE LINE
  case $1 in DIR) echo 'a folder' ;; *) printf 'a %s\n' "$1" | tr '[:upper:]' '[:lower:]' ;; esac
}

# The value of an option among arguments; nothing without one.
value_of() { # OPTION ARGUMENTS...
  local option=$1
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --) return ;;
      "$option") printf '%s' "${2:-}" && return ;;
      "$option"=*) printf '%s' "${1#*=}" && return ;;
    esac
    shift
  done
}

wants_help() { # ARGUMENTS...
  local word
  for word in "$@"; do
    case $word in
      --) return 1 ;;
      -h | --help) return 0 ;;
    esac
  done
  return 1
}

version_text() {
  printf 'rideline %s\n' "$(sed -nE 's/^  "version": "([^"]+)".*/\1/p' "$ROOT/package.json")"
}

one_line() { tr '\n' ' ' | sed 's/ *$//'; }

completion_cases() { # what to complete after each command, as branches of a shell's case
  local name
  for name in $(command_names); do
    printf "    %s) words='%s' ;;\n" "$name" "$({ names_of "$name"; options_of "$name"; echo --help; } | one_line)"
  done
}

completion_of() { # SHELL
  local first
  first=$({ command_names; echo --version; echo --help; } | one_line)
  case $1 in
    bash)
      cat <<SCRIPT
_rideline() {
  local words='' current=\${COMP_WORDS[COMP_CWORD]}
  if [ "\$COMP_CWORD" -eq 1 ]; then words='$first'; else case \${COMP_WORDS[1]} in
$(completion_cases)
  esac; fi
  COMPREPLY=(\$(compgen -W "\$words" -- "\$current"))
}
complete -o default -F _rideline rideline ./rideline
SCRIPT
      ;;
    zsh)
      cat <<SCRIPT
#compdef rideline
_rideline() {
  local chosen=\${words[2]} words=''
  if (( CURRENT == 2 )); then words='$first'; else case \$chosen in
$(completion_cases)
  esac; fi
  compadd -- \${=words}
}
compdef _rideline rideline ./rideline
SCRIPT
      ;;
    *) usage_error "there is no completion for '${1:-}'" 'Give bash or zsh' ;;
  esac
}
