# Prints what a host is like, one "@osk KEY VALUE" a line. Arguments are NAME=VALUE: what it is asked to reach.
say() { printf "@osk %s %s\n" "$1" "$2"; }
have() { command -v "$1" >/dev/null 2>&1; }
first() { sed -n "1p"; }
gateway= mtu= interface= names= urls= repositories= devices=
for each in "$@"; do
  value=${each#*=}
  case $each in
    gateway=*) gateway=$value ;;
    mtu=*) mtu=$value ;;
    interface=*) interface=$value ;;
    device=*) devices="$devices $value" ;;
    name=*) names="$names $value" ;;
    url=*) urls="$urls $value" ;;
    repository=*) repositories="$repositories $value" ;;
    env:*) export "${each#env:}" ;;
  esac
done

say time "$(date +%s)"

if [ "$(id -u)" = 0 ]; then
  say sudo yes
  root=
elif said=$(sudo -n true 2>&1 </dev/null); then
  say sudo yes
  root="sudo -n"
else
  say sudo "no $(printf "%s" "${said:-sudo is not there}" | first)"
  root=false
fi

if have python3; then
  say python "$(python3 -c "import sys; print(\"%d.%d\" % sys.version_info[:2])" 2>/dev/null)"
fi

for key in ID ID_LIKE VERSION_ID PRETTY_NAME; do
  say "os.$key" "$(cat /etc/os-release 2>/dev/null | sed -n "s/^$key=//p" | tr -d "\"" | first)"
done

say arch "$(uname -m)"
for flag in $(cat /proc/cpuinfo 2>/dev/null | sed -n "s/^flags[^:]*://p" | first); do
  case $flag in vmx|svm|hypervisor) say cpu "$flag" ;; esac
done
cat /proc/misc 2>/dev/null | grep -q " kvm$" && say cpu kvm

say memory "$(cat /proc/meminfo 2>/dev/null | sed -n "s/^MemTotal: *\([0-9]*\).*/\1/p")"
say disk "$(df -Pk / 2>/dev/null | sed -n "2p" | tr -s " " | cut -d " " -f 2)"
say space "$(df -Pk /var/lib 2>/dev/null | sed -n "2p" | tr -s " " | cut -d " " -f 4)"

for each in $devices; do
  if ls -d "$each" >/dev/null 2>&1; then say device "$each yes"; else say device "$each no"; fi
done

for each in $(ls /sys/class/net 2>/dev/null); do say interface "$each"; done
[ -n "$interface" ] && say interface.mtu "$(cat "/sys/class/net/$interface/mtu" 2>/dev/null)"
say hostname "$(hostname -f 2>/dev/null)"

family=-4
overhead=28
case $gateway in *:*) family=-6 overhead=48 ;; esac
if have ip; then
  say route "$(ip $family route show default 2>/dev/null | sed -n "s/.* via \([^ ]*\).*/\1/p" | first)"
fi
if [ -n "$gateway" ] && have ping; then
  if ping -c 2 -W 2 "$gateway" >/dev/null 2>&1; then
    say gateway answers
    if [ -n "$mtu" ]; then
      size=$((mtu - overhead))
      if ping -c 2 -W 2 -M do -s "$size" "$gateway" >/dev/null 2>&1; then say mtu passes; else say mtu lost; fi
    fi
  elif have ip && ip neigh show "$gateway" 2>/dev/null | grep -Eq "REACHABLE|STALE|DELAY|PROBE|PERMANENT"; then
    say gateway "is there"
  else
    say gateway silent
  fi
fi

for each in $names; do
  if ! have getent; then break; fi
  if getent hosts "$each" >/dev/null 2>&1; then say name "$each yes"; else say name "$each no"; fi
done

# A proxy that wants a login is there; it is asked without one, for everybody sees what this is called with.
reach() {
  if have curl; then
    if said=$(curl -ksS -o /dev/null -m 10 "$2" 2>&1); then say "$1" "$2 yes"; return; fi
    case $said in
      *"response 407"*|*"code 407"*) say "$1" "$2 yes" ;;
      *) say "$1" "$2 no $(printf "%s" "$said" | first)" ;;
    esac
  fi
}
for each in $urls; do reach url "$each"; done
for each in $repositories; do reach repository "$each"; done

# The addresses of a file's repositories that are on, without what is behind the host's name.
addresses() {
  on=1 url=
  while read -r line || [ -n "$line" ]; do
    case $line in
      \[*) [ "$on" = 1 ] && [ -n "$url" ] && echo "$url"; on=1 url= ;;
      enabled*=*0*) on=0 ;;
      baseurl*=*://*|mirrorlist*=*://*|metalink*=*://*)
        rest=${line#*://} scheme=${line%%://*}
        url="${scheme##*[= ]}://${rest%%/*}/" ;;
    esac
  done
  [ "$on" = 1 ] && [ -n "$url" ] && echo "$url"
}
seen=
for each in $(ls /etc/yum.repos.d 2>/dev/null); do
  say repofile "$each"
  [ -n "$repositories" ] && continue
  for url in $(cat "/etc/yum.repos.d/$each" 2>/dev/null | addresses); do
    case $url in *\$*) continue ;; http*) ;; *) continue ;; esac
    case " $seen " in *" $url "*) ;; *) seen="$seen $url"; reach repohost "$url" ;; esac
  done
done

for each in /var/lib/openstack /var/lib/nova/compute_id /etc/os-net-config/config.yaml; do
  $root ls -d "$each" >/dev/null 2>&1 && say leftover "$each"
done
if have podman; then
  for each in $($root podman ps -a --format "{{.Names}}" 2>/dev/null); do
    case $each in nova_compute|ovn_controller|ovn_metadata_agent|libvirt*|neutron_*|ceilometer_*) say leftover "container $each" ;; esac
  done
fi
say end yes
exit 0
