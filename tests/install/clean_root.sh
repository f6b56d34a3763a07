#!/bin/sh
# clean_root.sh PACKAGE ROOT: fills the folder ROOT with the packages that PACKAGE (a .deb) depends on, those that these
# depend on, and nothing else, and installs it there. Their files come from this machine, where they are installed: no
# network, and in a second. What PACKAGE uses and does not depend on is missing in there. For root.
set -eu
package=$1 root=$2

fail() { echo "clean_root.sh: $*" >&2; exit 1; }

# "libc6 (>= 2.36), a | b": libc6 a
first_choices() { tr ',' '\n' | sed -e 's/|.*//' -e 's/(.*//' -e 's/:any//' | xargs; }

# All that the named packages depend on, them included.
all_with() {
  seen= next=$*
  while [ -n "$next" ]; do
    seen=$(printf '%s\n' $seen $next | sort -u | xargs)
    needed=$(dpkg-query -W -f '${Depends}, ${Pre-Depends}\n' $next | first_choices)
    next=
    for name in $needed; do
      case " $seen $next " in *" $name "*) ;; *) next="$next $name" ;; esac
    done
  done
  echo "$seen"
}

direct=$(dpkg-deb -f "$package" Depends | first_choices)
[ -n "$direct" ] || fail "$package depends on nothing, not even on libc6"
packages=$(all_with $direct)

mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/tmp"
dpkg-query -s $packages >"$root/var/lib/dpkg/status"
for name in $packages; do
  for list in "/var/lib/dpkg/info/$name.list" "/var/lib/dpkg/info/$name":*.list; do
    if [ -f "$list" ]; then cp "$list" "$root/var/lib/dpkg/info/"; fi
  done
done
# Of a merged /usr, the links that lead there.
for folder in bin lib lib64 sbin; do
  mkdir -p "$root/usr/$folder"
  if [ -L "/$folder" ]; then ln -s "usr/$folder" "$root/$folder"; fi
done
dpkg-query -L $packages | sort -u | while read -r file; do
  if [ -f "$file" ] || [ -L "$file" ]; then echo "$file"; fi
done | tar --create --no-recursion --files-from - --file - 2>/dev/null |
  tar --extract --keep-directory-symlink --directory "$root" --file -

dpkg --root="$root" --log=/dev/null --force-not-root --force-script-chrootless --install "$package"
