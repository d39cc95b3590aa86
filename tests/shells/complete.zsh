# complete.zsh FOLDER LINE: types LINE and Tab into an interactive zsh that has FOLDER in its fpath, and
# prints what the terminal showed.
zmodload zsh/zpty || exit 3
zpty completer zsh -f -i
typeset folder=$1 line=$2 seen part

settle() {
  seen=
  repeat 200; do
    if zpty -r -t completer part; then
      seen+=$part
      [[ $seen == *$1* ]] && return 0
    else
      sleep 0.05
    fi
  done
  return 1
}

zpty -w completer "PS1=; unsetopt zle_bracketed_paste; stty rows 50 cols 200; fpath=(${(q)folder} \$fpath); autoload -U compinit; compinit -u -D; zstyle ':completion:*' list-prompt ''; LISTMAX=0; print RE''ADY"
settle READY || { print -u2 "zsh did not start: $seen"; exit 4 }
zpty -n -w completer "$line"$'\t'
sleep 0.5
zpty -n -w completer $'\t'
seen=
repeat 60; do
  zpty -r -t completer part && seen+=$part
  sleep 0.05
done
zpty -d completer
print -r -- "$seen"
