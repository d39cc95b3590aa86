#!/bin/sh
# The shell line for one lookup: signed with md5sum, sent by curl, filtered by jq.
# usage: lookup_shell.sh ENDPOINT KEYWORD
pname=throw-away pkey=0123456789abcdef
ptime=$(date +%s%3N)
vkey=$(printf '%s_%s_%s' "$pkey" "$ptime" "$pkey" | md5sum | cut -c1-32)
curl -s --data-urlencode "keyword=$2" -d "pageIndex=1&pageSize=10&pname=$pname&ptime=$ptime&vkey=$vkey" "$1" \
  | jq -r '.data.Items[] | [.RegisterNo, .Name, .ShortName, .VersionNo, .Category, .Owner, .PublishDate, .RegisterAperDate] | @csv'
