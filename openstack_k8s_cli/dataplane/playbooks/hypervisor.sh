# Prints what a hypervisor has, one "@osk KEY VALUE" a line; nothing is changed. Arguments are NAME=VALUE.
say() { printf "@osk %s %s\n" "$1" "$2"; }
have() { command -v "$1" >/dev/null 2>&1; }
first() { sed -n "1p"; }
LC_ALL=C
export LC_ALL
uri= pool= boards= port= networks= sizes=
for each in "$@"; do
  value=${each#*=}
  case $each in
    uri=*) uri=$value ;;
    pool=*) pool=$value ;;
    boards=*) boards=$value ;;
    port=*) port=$value ;;
    networks=*) networks=$value ;;
    sizes=*) sizes=$value ;;
  esac
done
libvirt() { virsh --connect "$uri" --quiet "$@" 2>/dev/null </dev/null; }

say user "$(id -un)"
say home "$HOME"
have python3 && say python3 yes
have base64 && say base64 yes
for each in genisoimage mkisofs xorrisofs; do
  if have $each; then say iso $each; break; fi
done
have podman && say podman yes
say containers "$(podman container inspect --format '{{ .State.Status }} {{ index .Config.Labels "osk.settings" }}' "$boards" 2>/dev/null | first)"
settings=$HOME/.local/share/osk/$boards/settings.py
[ -n "$boards" ] && [ -e "$settings" ] && say settings "$(base64 < "$settings" | tr -d "\n")"
if [ -n "$port" ] && have firewall-cmd && firewall-cmd --state >/dev/null 2>&1; then
  if firewall-cmd --zone libvirt --query-port "$port/tcp" >/dev/null 2>&1; then say firewall open; else say firewall closed; fi
fi

if ! have virsh; then
  say libvirt "no virsh is not there"
  exit 0
fi
if ! said=$(virsh --connect "$uri" --quiet list --all --name 2>&1 </dev/null); then
  say libvirt "no $(printf "%s" "$said" | sed -n "\$p")"
  exit 0
fi
say libvirt yes
say pool "$(libvirt pool-info "$pool" | sed -n "s/^State: *//p")"
for each in $(libvirt vol-list "$pool" | sed "s/^ *//; s/ .*//"); do say volume "$each"; done
if [ -n "$sizes" ]; then
  number() { sed -n "s/^$1: *\([0-9]*\).*/\1/p"; }
  say room "$(libvirt pool-info --bytes "$pool" | number Available)"
  for each in $(libvirt vol-list "$pool" | sed "s/^ *//; s/ .*//"); do
    say size "$each $(libvirt vol-info --bytes --pool "$pool" "$each" | number Allocation)"
  done
fi
for each in $(libvirt net-list --name); do say network "$each"; done
for each in $(libvirt net-list --inactive --name); do say stopped "$each"; done
for each in $(ls /sys/class/net 2>/dev/null); do
  ls "/sys/class/net/$each/bridge" >/dev/null 2>&1 && say bridge "$each"
done
if [ -n "$networks" ]; then
  for each in $(libvirt net-list --all --name); do
    form=$(libvirt net-dumpxml --inactive "$each" || libvirt net-dumpxml "$each")
    say networkxml "$each $(printf "%s" "$form" | base64 | tr -d "\n")"
  done
  # also of machines that are off: without their networks they do not start
  for name in $said; do
    { libvirt domiflist "$name"; libvirt domiflist "$name" --inactive; } | while read -r _ type source _; do
      case $type in network) say attached "$source $name" ;; esac
    done
  done
  ip -o addr show 2>/dev/null | sed -n "s/^[0-9]*: *\([^ ]*\) *inet6* \([^ ]*\) .*/\1 \2/p" |
    while read -r line; do say address "$line"; done
  for each in $(cat /run/systemd/resolve/resolv.conf /etc/resolv.conf 2>/dev/null | sed -n "s/^nameserver *//p"); do
    case $each in 127.*|*:*) ;; *) say resolver "$each" ;; esac
  done
fi
printf "%s\n" "$said" | while read -r name; do
  [ -n "$name" ] || continue
  say domain "$name"
  form=$(libvirt dumpxml --inactive "$name")
  case $form in
    *urn:openstack-k8s-cli:machine*)
      say "state.$name" "$(libvirt domstate "$name" | first)"
      say "xml.$name" "$(printf "%s" "$form" | base64 | tr -d "\n")"
      ;;
  esac
done
exit 0
