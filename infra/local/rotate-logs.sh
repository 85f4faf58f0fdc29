#!/bin/sh
# Keeps every log of a folder below a size while the programs that write it run: rotate-logs.sh FOLDER BYTES EVERY_SECONDS
# A log above it is copied to NAME.log.1 and emptied. Redis, MongoDB, HAProxy and S3 servers hold their log open for appending, so a renamed
# file would go on growing. Lines that are written between the copy and the emptying are lost. Without room for the copy (a full disk) the
# log is emptied all the same: that is what makes room.
set -u
umask 077
folder=$1 most=$2 every=$3
trap 'exit 0' TERM INT
while [ -d "$folder" ]; do
  find "$folder" -maxdepth 1 -type f -name '*.log' -size +"$most"c | while IFS= read -r log; do
    if cp "$log" "$log.1.part"; then mv -f "$log.1.part" "$log.1"; else rm -f "$log.1.part"; fi
    : >"$log"
  done
  sleep "$every" &
  wait $!
done
