#!/bin/sh
# Installs dupefinder for this person; with --remove takes it away again. Photos, catalog and
# journal are not touched by either.
#   ./install.sh [--remove] [PREFIX]      PREFIX is ~/.local where it is not named
set -eu
here=$(cd "$(dirname "$0")" && pwd)
remove=
if [ "${1:-}" = --remove ]; then
    remove=yes
    shift
fi
prefix=${1:-$HOME/.local}
root=${DESTDIR:-}$prefix
if [ "$prefix" = / ] || [ -z "$prefix" ]; then
    echo "A folder has to be named, not /" >&2
    exit 2
fi

# Outside of the system's folders a desktop may look for no programs, so its files name this one by
# its path, as long as that is plain. /app is where a Flatpak looks.
case $prefix in
    /usr | /usr/local | /app | *[!A-Za-z0-9/._\ -]*) named= ;;
    *) named=$prefix/bin/dupefinder ;;
esac

(cd "$here/share" && find . -type f) | while IFS= read -r file; do
    case $prefix$file in
        /usr./*) ;;
        # What a person or /usr/local installs comes before the system's file manager, which it would
        # take the place of: no "Open with" for folders there.
        */zz-*) continue ;;
    esac
    if [ -n "$remove" ]; then
        rm -f "$root/share/$file"
    else
        mkdir -p "$(dirname "$root/share/$file")"
        cp -p "$here/share/$file" "$root/share/$file"
        case $named$file in
            /*.desktop | /*.nemo_action | /*.py) ;;
            *) continue ;;
        esac
        sed -i "s|^Exec=dupefinder |Exec=\"$named\" |; /^Dependencies=dupefinder;/d
            s|\[\"dupefinder\"|[\"$named\"|" "$root/share/$file"
    fi
done
rm -rf "$root/lib/dupefinder"
rm -f "$root/bin/dupefinder"
if [ -z "$remove" ]; then
    mkdir -p "$root/lib/dupefinder" "$root/bin"
    cp -R "$here/dupefinder" "$here/_internal" "$here/licences" "$root/lib/dupefinder/"
    ln -s ../lib/dupefinder/dupefinder "$root/bin/dupefinder"
fi

[ -n "$remove" ] || echo "Installed: $root/bin/dupefinder"
