import { OUTPUT_PORT, STATUS_PORT } from "./qemu-arguments.js";
import { shellQuote } from "./shell-quote.js";

/*
 * Two scripts boot the guest. The first runs from the initramfs: it loads the
 * modules, mounts the Debian disk with a writable layer in memory above it, and
 * hands over. The second runs from that root as PID 1: it runs the caller's
 * script and reports over two virtio ports, so that a message of the kernel on
 * the console can never be taken for output or for an exit code.
 *
 * The status port carries one line each: `boot`, then `exit CODE`, or
 * `fail MESSAGE` when init itself gives up.
 */

/** Folder of what the host put into the guest, in the initramfs and in the root. */
export const GUEST_FOLDER = "run/ninep";

const COMMON = `
fail() {
  for port in /sys/class/virtio-ports/*; do
    [ "$(cat "$port/name")" = ${STATUS_PORT} ] && echo "fail $1" >"/dev/\${port##*/}"
  done
  echo "ninep: $1"
  poweroff -f
}`;

/** /init of the initramfs. `files` are the guest paths of files/0, files/1, … in it. */
export function firstStage(files: readonly string[]): string {
  const copies = files.map((file, index) => {
    const target = shellQuote(`/root${file}`);
    return `mkdir -p "$(dirname ${target})" && cp -p /files/${index} ${target} || fail ${shellQuote(`cannot write ${file}`)}`;
  });
  return `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /lower /layer /root
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox --install -s /bin
export PATH=/bin
${COMMON}
for module in /modules/*.ko; do
  insmod "$module"
done
tries=0
until [ -b /dev/vda ]; do
  tries=$((tries + 1))
  [ $tries -lt 200 ] || fail 'the disk did not appear'
  sleep 0.05
done
mount -t erofs -o ro /dev/vda /lower || fail 'cannot mount the disk'
mount -t tmpfs -o mode=0755,size=75% tmpfs /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/lower,upperdir=/layer/upper,workdir=/layer/work overlay /root ||
  fail 'cannot mount the writable layer'
for folder in proc sys dev; do
  mount -o move /$folder /root/$folder
done
mkdir -p /root/dev/shm /root/dev/pts /root/mnt /root/${GUEST_FOLDER}
mount -t tmpfs -o mode=1777 tmpfs /root/dev/shm
mount -t devpts devpts /root/dev/pts
mount -t tmpfs -o mode=1777,size=75% tmpfs /root/tmp
for pair in fd: stdin:/0 stdout:/1 stderr:/2; do
  ln -sf /proc/self/fd\${pair#*:} /root/dev/\${pair%%:*}
done
cp -p /${GUEST_FOLDER}/* /root/${GUEST_FOLDER}/
${copies.join("\n")}
exec switch_root /root /${GUEST_FOLDER}/init
`;
}

/** PID 1 of the Debian root. */
export function secondStage(network: "user" | "none"): string {
  // QEMU's user network always hands out these addresses: no need to ask for them.
  const interfaceUp = `ip addr add 10.0.2.15/24 dev eth0 && ip link set eth0 up &&
  ip route add default via 10.0.2.2 || fail 'cannot configure the network'`;
  return `#!/bin/busybox sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root USER=root LANG=C.UTF-8 TERM=dumb
poweroff() { busybox poweroff "$@"; sleep 60; }
ip() { busybox ip "$@"; }
${COMMON}
for port in /sys/class/virtio-ports/*; do
  case $(cat "$port/name") in
    ${OUTPUT_PORT}) output=/dev/\${port##*/} ;;
    ${STATUS_PORT}) status=/dev/\${port##*/} ;;
  esac
done
[ -n "$output" ] && [ -n "$status" ] || fail 'the ports are missing'
busybox hostname guest
ip link set lo up
${network === "user" ? interfaceUp : ""}
# A port opens only once; through a pipe, scripts may reopen /dev/stdout.
mkfifo /${GUEST_FOLDER}/pipe
cat /${GUEST_FOLDER}/pipe >"$output" &
cat=$!
cd /root
exec 7>"$status"
echo boot >&7
setsid /${GUEST_FOLDER}/start </dev/null >/${GUEST_FOLDER}/pipe 2>&1 7>&-
code=$?
# What the script left running would keep the pipe open for ever.
for process in /proc/[0-9]*; do
  case \${process#/proc/} in
    1 | $cat) ;;
    *) kill -9 \${process#/proc/} 2>/dev/null ;;
  esac
done
# ... and so would a process that even SIGKILL does not end.
(sleep 10; kill -9 $cat) 7>&- &
wait $cat
echo "exit $code" >&7
poweroff -f
`;
}

/** The program that init starts: sets the environment, then becomes the script. */
export function startScript(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): string {
  const exports = Object.entries(env).map(([name, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      throw new Error(`${JSON.stringify(name)} cannot name an environment variable`);
    }
    return `export ${name}=${shellQuote(value)}\n`;
  });
  // Without its own #! line it is a script of the POSIX shell.
  const interpreter = script.startsWith("#!") ? [] : ["/bin/sh"];
  const words = [...interpreter, `/${GUEST_FOLDER}/script`, ...args];
  return `#!/bin/sh\n${exports.join("")}exec ${words.map(shellQuote).join(" ")}\n`;
}
