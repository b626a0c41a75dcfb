import { OUTPUT_PORT, STATUS_PORT } from "./qemu-arguments.js";
import type { Share } from "./share.js";
import { shellQuote } from "./shell-quote.js";

/*
 * Two scripts boot the guest. The first runs from the initramfs: it loads the
 * modules, mounts the root, which is the Debian disk or a directory that the
 * host shares, and hands over. Above a root that is not to be changed lies a
 * writable layer in memory. The second runs from that root as PID 1: it runs
 * the caller's script and reports over two virtio ports, so that a message of
 * the kernel on the console can never be taken for output or for an exit code.
 *
 * The root may lack any program but /bin/sh: both use busybox, which the second
 * finds in memory.
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

/** How the root comes to /root. */
export type RootKind = "disk" | readonly Share[];

/** /init of the initramfs. `files` are the guest paths of files/0, files/1, … in it. */
export function firstStage(root: RootKind, files: readonly string[]): string {
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
${root === "disk" ? DISK : mountShares(root)}
for folder in proc sys dev; do
  mount -o move /$folder /root/$folder
done
mkdir -p /root/dev/shm /root/dev/pts
mount -t tmpfs -o mode=1777 tmpfs /root/dev/shm
mount -t devpts devpts /root/dev/pts
mount -t tmpfs -o mode=1777,size=75% tmpfs /root/tmp
mount -t tmpfs -o mode=0755 tmpfs /root/run
mkdir -p /root/${GUEST_FOLDER}
for pair in fd: stdin:/0 stdout:/1 stderr:/2; do
  ln -sf /proc/self/fd\${pair#*:} /root/dev/\${pair%%:*}
done
cp -p /${GUEST_FOLDER}/* /bin/busybox /root/${GUEST_FOLDER}/
${copies.join("\n")}
exec switch_root /root /${GUEST_FOLDER}/init
`;
}

/** Makes /root of /lower and a layer in memory. */
const LAYER = `mount -t tmpfs -o mode=0755,size=75% tmpfs /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/lower,upperdir=/layer/upper,workdir=/layer/work overlay /root ||
  fail 'cannot mount the writable layer'
mkdir -p /root/proc /root/sys /root/dev /root/tmp /root/run /root/mnt`;

const DISK = `tries=0
until [ -b /dev/vda ]; do
  tries=$((tries + 1))
  [ $tries -lt 200 ] || fail 'the disk did not appear'
  sleep 0.05
done
mount -t erofs -o ro /dev/vda /lower || fail 'cannot mount the disk'
${LAYER}`;

/** Largest msize of Linux over virtio. */
const MSIZE = 512_000;

function mountShares([root, ...others]: readonly Share[]): string {
  const lines: string[] = [];
  if (root!.writable) {
    lines.push(mountShare(root!, "/root"));
    // Nothing of ours is left in the directory, so what is mounted upon must be there.
    lines.push(
      "for folder in proc sys dev tmp run; do",
      `  [ -d /root/$folder ] || fail "the root directory has no /$folder to mount upon: make it"`,
      "done",
    );
  } else {
    lines.push(mountShare(root!, "/lower"), LAYER);
  }
  for (const share of others) {
    const target = shellQuote(`/root${share.guestPath}`);
    const missing = `the root directory has no ${share.guestPath} to mount upon: make it`;
    lines.push(
      root!.writable ? `[ -d ${target} ] || fail ${shellQuote(missing)}` : `mkdir -p ${target}`,
      mountShare(share, `/root${share.guestPath}`),
    );
  }
  return lines.join("\n");
}

/** What nobody else changes may be cached; what programs map and write must be, and is written back. */
function mountShare({ tag, writable, guestPath }: Share, target: string): string {
  const access = writable ? "rw,cache=mmap" : "ro,cache=loose";
  const options = `trans=virtio,version=9p2000.L,msize=${MSIZE},${access}`;
  return `mount -t 9p -o ${options} ${tag} ${shellQuote(target)} || fail ${shellQuote(`cannot mount ${guestPath}`)}`;
}

/** PID 1 of the root. */
export function secondStage(network: "user" | "none"): string {
  // QEMU's user network always hands out these addresses: no need to ask for them.
  const interfaceUp = `ip addr add 10.0.2.15/24 dev eth0 && ip link set eth0 up &&
  ip route add default via 10.0.2.2 || fail 'cannot configure the network'`;
  return `#!/${GUEST_FOLDER}/busybox sh
/${GUEST_FOLDER}/busybox mkdir /${GUEST_FOLDER}/bin
/${GUEST_FOLDER}/busybox --install -s /${GUEST_FOLDER}/bin
export PATH=/${GUEST_FOLDER}/bin
poweroff() { busybox poweroff "$@"; sleep 60; }
${COMMON}
for port in /sys/class/virtio-ports/*; do
  case $(cat "$port/name") in
    ${OUTPUT_PORT}) output=/dev/\${port##*/} ;;
    ${STATUS_PORT}) status=/dev/\${port##*/} ;;
  esac
done
[ -n "$output" ] && [ -n "$status" ] || fail 'the ports are missing'
hostname guest
[ -x /bin/sh ] || [ -L /bin/sh ] || fail 'the root has no /bin/sh'
ip link set lo up
${network === "user" ? interfaceUp : ""}
# A port opens only once; through a pipe, scripts may reopen /dev/stdout.
mkfifo /${GUEST_FOLDER}/pipe
cat /${GUEST_FOLDER}/pipe >"$output" &
cat=$!
exec 7>"$status"
echo boot >&7
cd /root 2>/dev/null || cd /
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
sync
# What is left to write to a shared root is written now.
mount -o remount,ro / 2>/dev/null
echo "exit $code" >&7
poweroff -f
`;
}

const ENVIRONMENT = `export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root USER=root LANG=C.UTF-8 TERM=dumb
`;

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
  return `#!/bin/sh\n${ENVIRONMENT}${exports.join("")}exec ${words.map(shellQuote).join(" ")}\n`;
}
