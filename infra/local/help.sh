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
