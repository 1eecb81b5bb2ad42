#!/usr/bin/env bash
# A real Slurm of three nodes on this machine, for tests: munged, slurmctld and three slurmd, all of
# whose files lie in one directory. Needs root, as Slurm's daemons do.
#   cluster.sh start DIR     prints nothing; SLURM_CONF=DIR/slurm.conf is then the cluster
#   cluster.sh stop DIR      ends the daemons that start began, and what they still run
#   cluster.sh kill DIR n2   loses a node: its slurmd and what it runs are killed
set -euo pipefail

directory="$2"
nodes=(n1 n2 n3)

# A port that nobody uses now. They are far from those that the kernel gives to clients.
free_port() {
  local port
  for (( port = 20000 + RANDOM % 10000; ; ++port )); do
    if ! (exec 3<> "/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
}

# Waits up to a minute for a command to succeed.
await() {
  local tries
  for (( tries = 0; tries < 600; ++tries )); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  echo "cluster.sh: in vain: $*" >&2
  tail -n 20 "$directory"/*.log >&2 || true
  exit 1
}

configure() {
  local host first
  host="$(hostname -s)"
  first="$(free_port)"
  cat > "$directory/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(( first + 10 ))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$directory/munge/munge.sock
StateSaveLocation=$directory/state
SlurmdSpoolDir=$directory/spool/%n
SlurmctldPidFile=$directory/slurmctld.pid
SlurmdPidFile=$directory/slurmd-%n.pid
SlurmctldLogFile=$directory/slurmctld.log
SlurmdLogFile=$directory/slurmd-%n.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
JobCompType=jobcomp/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=10
KillWait=5
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
CONF
  local i
  for i in "${!nodes[@]}"; do
    echo "NodeName=${nodes[i]} NodeHostname=$host NodeAddr=127.0.0.1 Port=$(( first + i )) CPUs=4 State=UNKNOWN"
  done >> "$directory/slurm.conf"
  echo "PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP" >> "$directory/slurm.conf"
}

start_munge() {
  mkdir -p "$directory/munge"
  (umask 077; head -c 1024 /dev/urandom > "$directory/munge/key")
  chown -R munge: "$directory/munge"
  chmod 755 "$directory/munge"
  runuser -u munge -- munged --key-file="$directory/munge/key" \
    --socket="$directory/munge/munge.sock" --pid-file="$directory/munge/munged.pid" \
    --log-file="$directory/munge/munged.log" --seed-file="$directory/munge/seed"
}

start() {
  mkdir -p "$directory/state" "$directory/spool"
  chmod 755 "$directory"
  configure
  start_munge
  export SLURM_CONF="$directory/slurm.conf"
  slurmctld
  local node
  for node in "${nodes[@]}"; do
    mkdir -p "$directory/spool/$node"
    slurmd -N "$node"
  done
  await scontrol ping
  await all_idle
}

all_idle() {
  local node
  for node in "${nodes[@]}"; do
    # A node whose first report named fewer CPUs than its line has is drained.
    if sinfo --noheader --nodes="$node" --format=%t | grep -q drain; then
      scontrol update nodename="$node" state=resume
    fi
  done
  [[ "$(sinfo --noheader --format='%t %D')" == "idle 3" ]]
}

end_process() {
  local pid
  pid="$(cat "$1" 2>/dev/null)" || return 0
  kill "-$2" "$pid" 2>/dev/null || return 0
  local tries
  for (( tries = 0; tries < 100; ++tries )); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}

# The tasks that run on a node, by what stands in their environment, and the daemons of their steps.
steps_of() {
  local environ pid parent
  for environ in $(grep -lzx "SLURMD_NODENAME=$1" /proc/[0-9]*/environ 2>/dev/null); do
    grep -qzx "SLURM_CONF=$directory/slurm.conf" "$environ" 2>/dev/null || continue
    pid="${environ//[!0-9]/}"
    echo "$pid"
    parent="$(ps -o ppid= -p "$pid" | tr -d ' ')" || continue
    [[ "$(cat "/proc/$parent/comm" 2>/dev/null)" != slurmstepd ]] || echo "$parent"
  done | sort -u
}

lose() {
  local pid
  end_process "$directory/slurmd-$1.pid" KILL
  for pid in $(steps_of "$1"); do kill -KILL "$pid" 2>/dev/null || true; done
}

stop() {
  export SLURM_CONF="$directory/slurm.conf"
  scancel --state=PENDING,RUNNING --user=root 2>/dev/null || true
  local node
  for node in "${nodes[@]}"; do end_process "$directory/slurmd-$node.pid" TERM; done
  end_process "$directory/slurmctld.pid" TERM
  end_process "$directory/munge/munged.pid" TERM
}

case "$1" in
  start) start ;;
  stop) stop ;;
  kill) lose "$3" ;;
  *) echo "usage: cluster.sh start|stop|kill DIR [NODE]" >&2; exit 2 ;;
esac
