// The manifests of deploy/kubernetes and what `tranche launch kubernetes` makes of them: rendered, held
// to the API's schemas, and run. TRANCHE names the program; without it nothing can be tested.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import YAML from 'yaml';
import { kustomize } from './kustomize.mjs';
import { Machine, podsOf } from './pods.mjs';
import { startRelay } from './relay.mjs';
import { complaintsAbout } from './schema.mjs';

const tranche = process.env.TRANCHE;
assert.ok(tranche, 'TRANCHE must name the program');
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const slow = process.env.TRANCHE_SLOW_TESTS !== undefined;
const scenario = path.join(root, 'deploy/scenarios',
                           slow ? 'amazon-openai.textproto' : 'duopoly.textproto');

const duopoly = path.join(root, 'deploy/scenarios/duopoly.textproto');
const ensemble = ['--seeds', '1..4', '--set', 'technology.compatibility_closing=0.5,1'];

let directory;
let objects;
let sweep;
let inline;

before(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tranche-kubernetes-'));
  fs.chmodSync(directory, 0o755);
  // Two processes: with the broker's they are three Pods.
  const agents = fs.readFileSync(scenario, 'utf8').match(/^agents \{/gm).length;
  execFileSync(tranche, ['launch', 'kubernetes', scenario, '--out', path.join(directory, 'run'),
    '--agents-per-process', String(Math.ceil(agents / 2)), '--image', 'registry.local:5000/tranche:1',
    '--namespace', 'markets', '--seed', '3']);
  objects = kustomize(path.join(directory, 'run'));
  execFileSync(tranche, ['launch', 'kubernetes-sweep', '--parts', '3', '--out',
    path.join(directory, 'sweep'), '--image', 'registry.local:5000/tranche:1', '--namespace', 'markets',
    '--', duopoly, ...ensemble]);
  sweep = kustomize(path.join(directory, 'sweep'));
  inline = JSON.parse(execFileSync(tranche, ['run', scenario, '--inline', '--json', '--seed', '3',
    '--log', path.join(directory, 'inline.tranche')], { encoding: 'utf8', stdio: 'pipe' }));
});
after(() => fs.rmSync(directory, { recursive: true, force: true }));

const findIn = (list, kind, name) => list.find((o) => o.kind === kind && o.metadata.name === name);
const find = (kind, name) => findIn(objects, kind, name);

test('every object holds to the schema of its kind', () => {
  assert.ok(objects.length >= 9);
  assert.ok(sweep.length >= 5);
  const overlay = kustomize(path.join(root, 'deploy/kubernetes/overlays/sweep-duopoly'));
  assert.equal(findIn(overlay, 'Job', 'tranche-sweep').spec.completions, 4);
  for (const object of [...objects, ...sweep, ...overlay]) {
    assert.deepEqual(complaintsAbout(object), [], `${object.kind} ${object.metadata.name}`);
  }
});

test('the schemas notice what is wrong', () => {
  const job = structuredClone(find('Job', 'tranche-broker'));
  job.spec.backoffLimit = 'six';
  assert.notDeepEqual(complaintsAbout(job), []);
  const misspelt = structuredClone(find('Job', 'tranche-broker'));
  misspelt.spec.template.spec.containers[0].volumeMount = [];
  assert.match(complaintsAbout(misspelt).join('\n'), /volumeMount is no field/);
});

test('kubectl renders the same', { skip: spawnSync('kubectl', ['version', '--client']).status !== 0 },
     () => {
  const theirs = ['run', 'sweep'].flatMap((what) => YAML.parseAllDocuments(
    execFileSync('kubectl', ['kustomize', path.join(directory, what)],
                 { encoding: 'utf8', stdio: 'pipe' })).map((document) => document.toJS()));
  // Base64 may be folded as one likes.
  const unfolded = (key, value) => (typeof value === 'string' && /^[A-Za-z0-9+/=\s]{80,}$/.test(value)
    ? value.replace(/\s/g, '') : value);
  const byName = (list) => new Map(list.map(
    (o) => [`${o.kind}/${o.metadata.name}`, JSON.parse(JSON.stringify(o), unfolded)]));
  assert.deepEqual(byName([...objects, ...sweep]), byName(theirs));
});

for (const what of ['run', 'sweep']) test(`what a Pod of a ${what} refers to is there`, () => {
  const all = what === 'run' ? objects : sweep;
  for (const job of all.filter((o) => o.kind === 'Job')) {
    const { spec } = job.spec.template;
    for (const { secret, configMap, persistentVolumeClaim: claim } of spec.volumes) {
      if (secret) assert.ok(findIn(all, 'Secret', secret.secretName));
      if (configMap) assert.ok(findIn(all, 'ConfigMap', configMap.name));
      if (claim) assert.ok(findIn(all, 'PersistentVolumeClaim', claim.claimName));
    }
    for (const { volumeMounts, securityContext, resources, image } of spec.containers) {
      for (const { name } of volumeMounts) assert.ok(spec.volumes.some((v) => v.name === name), name);
      assert.equal(image, 'registry.local:5000/tranche:1');
      assert.ok(spec.securityContext.runAsNonRoot && securityContext.readOnlyRootFilesystem);
      assert.ok(!securityContext.allowPrivilegeEscalation);
      assert.ok(resources.limits.memory && resources.requests.cpu);
    }
  }
  for (const policy of all.filter((o) => o.kind === 'NetworkPolicy')) {
    const { matchLabels } = policy.spec.podSelector;
    assert.ok(all.some((o) => o.kind === 'Job' && Object.entries(matchLabels).every(
      ([k, v]) => o.spec.template.metadata.labels[k] === v)));
  }
});

test('a plug-in of the image is named to all that play', () => {
  const made = path.join(directory, 'plugin');
  execFileSync(tranche, ['launch', 'kubernetes', duopoly, '--out', made, '--plugin', '/opt/libmine.so']);
  const run = kustomize(made);
  for (const job of ['tranche-broker', 'tranche-agents']) {
    const { command } = findIn(run, 'Job', job).spec.template.spec.containers[0];
    assert.equal(command.at(-1), '--plugin=/opt/libmine.so', job);
  }
  // A file of this machine, which is there, is no scenario for that.
  execFileSync(tranche, ['launch', 'kubernetes-sweep', '--parts', '2', '--out', `${made}-sweep`, '--', duopoly,
    '--seeds', '1..4', '--plugin', tranche]);
  const { args } = findIn(kustomize(`${made}-sweep`), 'Job', 'tranche-sweep').spec.template.spec.containers[0];
  assert.deepEqual(args.slice(0, 5), ['/config/duopoly.textproto', '--seeds', '1..4', '--plugin', tranche]);
  for (const object of [...run, ...kustomize(`${made}-sweep`)]) {
    assert.deepEqual(complaintsAbout(object), [], `${object.kind} ${object.metadata.name}`);
  }
});

const digestOf = (log) => JSON.parse(execFileSync(tranche, ['run', '--resume', '--json', '--log', log],
                                                  { encoding: 'utf8', stdio: 'pipe' })).digest;

test('the commands of the Pods, in three network namespaces, end in the digest of an inline run',
     { skip: process.getuid() !== 0, timeout: 300_000 }, async () => {
  const machine = new Machine(objects, directory, fs.realpathSync(tranche));
  try {
    const [broker] = podsOf(find('Job', 'tranche-broker'));
    const agents = podsOf(find('Job', 'tranche-agents'));
    assert.equal(agents.length, 2);
    for (const pod of [broker, ...agents]) machine.connect(pod);
    const ended = [machine.start(broker)];
    await machine.awaitStart(broker);
    for (const pod of agents) ended.push(machine.start(pod));
    for (const { code, said } of await Promise.all(ended)) assert.equal(code, 0, said);
    const { run } = find('ConfigMap', 'tranche-run').data;
    assert.equal(digestOf(path.join(directory, 'tranche-runs', `${run}.tranche`)), inline.digest);
  } finally {
    machine.close();
  }
});

test('the commands of a sweep\'s Pods, each alone, end in the file of one sweep',
     { skip: process.getuid() !== 0, timeout: 300_000 }, async () => {
  const machine = new Machine(sweep, directory, fs.realpathSync(tranche));
  const complete = async (job) => {
    const pods = podsOf(findIn(sweep, 'Job', job));
    for (const pod of pods) machine.connect(pod);
    const ended = pods.map((pod) => machine.start(pod));
    for (const { code, said } of await Promise.all(ended)) assert.equal(code, 0, said);
    return pods.length;
  };
  try {
    assert.equal(await complete('tranche-sweep'), 3);
    assert.ok(findIn(sweep, 'Job', 'tranche-merge').spec.suspend);
    await complete('tranche-merge');
  } finally {
    machine.close();
  }
  const local = path.join(directory, 'local.db');
  execFileSync(tranche, ['sweep', duopoly, ...ensemble, '--quiet', '--output', local]);
  const merged = path.join(directory, 'tranche-results', 'results.db');
  assert.ok(fs.readFileSync(merged).equals(fs.readFileSync(local)));
});

test('a network that delays and cuts costs nothing but time', { timeout: 600_000 }, async () => {
  const identity = (name) => path.join(directory, 'run/certificates', name);
  const address = path.join(directory, 'address');
  const log = path.join(directory, 'relayed.tranche');
  const children = [];
  const play = (...args) => {
    const child = spawn(tranche, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let said = '';
    child.stdout.on('data', (data) => { said += data; });
    child.stderr.on('data', (data) => { said += data; });
    return new Promise((resolve) => { child.on('close', (code) => resolve({ code, said })); });
  };
  let relay;
  try {
    const broker = play('run', scenario, '--seed', '3', '--json', '--log', log, '--serve',
                        '127.0.0.1:0', '--identity', identity('broker'), '--address-file', address);
    let over = false;
    broker.then(() => { over = true; });
    while (!fs.existsSync(address)) {
      assert.ok(!over, 'the broker has ended before it served');
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
    const port = Number(fs.readFileSync(address, 'utf8').trim().split(':').pop());
    relay = await startRelay({ port, delay: 20, life: 1_000 });
    const agents = ['processes/0', 'processes/1'].map((name) => play(
      'agent', '--connect', `127.0.0.1:${relay.port}`, '--identity', identity(name)));
    for (const { code, said } of await Promise.all([broker, ...agents])) assert.equal(code, 0, said);
    assert.ok(relay.cuts() > 0, 'nothing was cut');
  } finally {
    for (const child of children) child.kill('SIGKILL');
    relay?.close();
  }
  assert.equal(digestOf(log), inline.digest);
});
