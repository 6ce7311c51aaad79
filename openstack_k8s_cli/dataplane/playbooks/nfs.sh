# Prints what there is of an NFS server, one "@osk KEY VALUE" a line; nothing is changed. Arguments are NAME=VALUE.
say() { printf "@osk %s %s\n" "$1" "$2"; }
LC_ALL=C
export LC_ALL
file= path= mark= zone=
for each in "$@"; do
  value=${each#*=}
  case $each in
    file=*) file=$value ;;
    path=*) path=$value ;;
    mark=*) mark=$value ;;
    zone=*) zone=$value ;;
  esac
done
say user "$(id -un)"
if [ "$(id -u)" = 0 ]; then
  say sudo yes
  root=
elif said=$(sudo -n true 2>&1 </dev/null); then
  say sudo yes
  root="sudo -n"
else
  say sudo "no ${said:-sudo is not there}"
  exit 0
fi
have() { $root sh -c "command -v $1" >/dev/null 2>&1; } # a user's own PATH often lacks sbin
for each in python3 exportfs dnf apt-get zypper base64; do have $each && say program $each; done
have systemctl && say unit "$($root systemctl is-enabled nfs-server 2>/dev/null) $($root systemctl is-active nfs-server 2>/dev/null)"
text=$($root cat "$file" 2>/dev/null | base64 | tr -d "\n")
say file "$text"
say mark "$($root cat "$mark" 2>/dev/null)"
for each in $($root ls -A "$path" 2>/dev/null); do say folder "$each"; done
have exportfs && $root exportfs -s 2>/dev/null | sed -n "s/^\([^ ]*\)  *\([^(]*\)(.*/\1 \2/p" | while read -r line; do say export "$line"; done
if [ -n "$zone" ] && have firewall-cmd && $root firewall-cmd --state >/dev/null 2>&1; then
  for each in $($root ls /etc/exports.d 2>/dev/null); do
    case /etc/exports.d/$each in
      "$file") ;;
      */osk-*.exports) $root cat "/etc/exports.d/$each" 2>/dev/null | grep -qxF "# osk opened the firewall: $zone" && say shared yes ;;
    esac
  done
  if $root firewall-cmd --zone "$zone" --query-service nfs >/dev/null 2>&1; then say firewall open; else say firewall closed; fi
fi
exit 0
