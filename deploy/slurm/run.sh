# One run of Tranche as a Slurm job: the broker on the job's first node, agent processes on all of them.
# `tranche launch slurm` puts #SBATCH lines and the variables used here before this; --dry-run shows it.
#
#   tranche           the program, at the same path on all nodes
#   run_arguments     scenario, seed and strategies, for tranche run
#   plugin_arguments  strategies of the user's own, for broker and agents
#   log               the run's log
#   folder            the job's own, on a file system that all nodes share: certificates, output
#   processes         how many agent processes
# shellcheck shell=bash disable=SC2154
set -uo pipefail
umask 077

address_file="$folder/address"
certificates="$folder/certificates"
most_restarts=5
# What the job ends with when its time limit came first; other codes are those of tranche run.
out_of_time_code=64

rm -f "$address_file"
# `--continue` goes on with a log that is there. It is when the run is resumed, and when Slurm has
# started the job again after a node was lost.
"$tranche" run "${run_arguments[@]}" "${plugin_arguments[@]}" --log "$log" --continue \
  --serve 0.0.0.0:0 --identity "$certificates/broker" --address-file "$address_file" \
  > "$folder/summary.txt" &
broker=$!

stopping=0
out_of_time=0
# A job that is cancelled: Slurm has told the broker too, and a second signal would end it at once.
trap 'stopping=1' TERM INT
# The time limit is near, which Slurm tells this script alone: the broker stops in good order.
trap 'stopping=1; out_of_time=1; kill -TERM "$broker" 2>/dev/null' USR1

broker_lives() { kill -0 "$broker" 2>/dev/null; }

until [[ -s "$address_file" ]] || ! broker_lives; do sleep 0.1; done

host="${TRANCHE_BROKER_HOST:-$(hostname -f 2>/dev/null || hostname)}"
# 0: agents played to the end of the run; 1: they are given up, and the broker is told to stop.
supervise_agents() {
  local address port code restarts=0
  address="$(< "$address_file")"
  port="${address##*:}"
  while true; do
    # The number of a process is its task's, so it is the task that has to look it up.
    # shellcheck disable=SC2016
    srun --ntasks="$processes" --distribution=cyclic --kill-on-bad-exit=1 --quit-on-interrupt \
      bash -c 'exec "$1" agent --connect "$2" --identity "$3/processes/$SLURM_PROCID" "${@:4}"' \
      agent "$tranche" "$host:$port" "$certificates" "${plugin_arguments[@]}"
    code=$?
    # 6: the run was stopped. 2: the broker refuses an agent, and will again.
    (( code != 0 && code != 6 )) && broker_lives || return 0
    (( code != 2 && ++restarts <= most_restarts )) || break
    echo "agents ended before the run did; starting them again ($restarts of $most_restarts)" >&2
  done
  echo "agents ended before the run did (code $code), and starting them again is no help" >&2
  kill -TERM "$broker" 2>/dev/null
  return 1
}

agents=
if [[ -s "$address_file" ]]; then
  supervise_agents &
  agents=$!
fi

# A signal interrupts `wait`, which then has to be said again.
wait "$broker"; code=$?
while broker_lives; do wait "$broker"; code=$?; done
if [[ -n "$agents" ]] && ! wait "$agents" && (( ! stopping )); then code=1; fi

rm -f "$address_file"
# A job that is stopped may be started again by Slurm, and needs them then.
(( stopping )) || rm -rf "$certificates"
(( ! out_of_time || code == 0 )) || code="$out_of_time_code"
exit "$code"
