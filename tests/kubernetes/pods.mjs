// Plays Jobs as a cluster of one machine would: each Pod in a network namespace with an address of its
// own, its containers' commands with the environment, files and user that the manifests say.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' });

// The Pods of a Job, one for each index.
export function podsOf(job) {
  const indexed = job.spec.completionMode === 'Indexed';
  const count = indexed ? job.spec.completions : 1;
  return Array.from({ length: count }, (_, index) => ({
    name: `${job.metadata.name}-${index}`,
    index,
    // What the Job's controller tells each container of an Indexed Job.
    given: indexed ? { JOB_COMPLETION_INDEX: String(index) } : {},
    labels: job.spec.template.metadata.labels,
    spec: job.spec.template.spec,
  }));
}

export class Machine {
  // `objects` as rendered; `tranche` is the program that stands for the image.
  constructor(objects, directory, tranche) {
    this.objects = objects;
    this.directory = directory;
    this.tranche = tranche;
    this.prefix = `tr${process.pid}`;
    this.addresses = new Map();
    this.namespaces = [];
    this.processes = [];
    this.addNamespace('switch');
    this.inside('switch', 'ip', 'link', 'add', 'br0', 'type', 'bridge');
    this.inside('switch', 'ip', 'link', 'set', 'br0', 'up');
  }

  addNamespace(name) {
    run('ip', 'netns', 'add', `${this.prefix}-${name}`);
    this.namespaces.push(`${this.prefix}-${name}`);
  }
  inside(name, ...command) {
    return run('ip', 'netns', 'exec', `${this.prefix}-${name}`, ...command);
  }
  find(kind, name) {
    const found = this.objects.find((o) => o.kind === kind && o.metadata.name === name);
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    return found;
  }

  // Gives the Pod a network: a namespace, a link to the switch, an address.
  connect(pod) {
    const id = this.addresses.size + 1;
    const address = `10.77.0.${id}`;
    this.addNamespace(pod.name);
    const [outer, inner] = [`${this.prefix}o${id}`, `${this.prefix}i${id}`];
    run('ip', 'link', 'add', outer, 'type', 'veth', 'peer', 'name', inner);
    run('ip', 'link', 'set', outer, 'netns', `${this.prefix}-switch`);
    run('ip', 'link', 'set', inner, 'netns', `${this.prefix}-${pod.name}`);
    this.inside('switch', 'ip', 'link', 'set', outer, 'master', 'br0', 'up');
    this.inside(pod.name, 'ip', 'address', 'add', `${address}/24`, 'dev', inner);
    this.inside(pod.name, 'ip', 'link', 'set', inner, 'up');
    this.inside(pod.name, 'ip', 'link', 'set', 'lo', 'up');
    this.addresses.set(pod.name, { address, labels: pod.labels });
  }

  // Services by name: each is the address of the Pod that it selects.
  hosts() {
    const lines = ['127.0.0.1 localhost'];
    for (const service of this.objects.filter((o) => o.kind === 'Service')) {
      for (const { address, labels } of this.addresses.values()) {
        const selected = Object.entries(service.spec.selector).every(([k, v]) => labels[k] === v);
        if (selected) lines.push(`${address} ${service.metadata.name}`);
      }
    }
    return `${lines.join('\n')}\n`;
  }

  environment(pod, container) {
    const values = { ...pod.given };
    for (const { name, value, valueFrom } of container.env ?? []) {
      if (value !== undefined) {
        values[name] = value;
      } else if (valueFrom.configMapKeyRef) {
        const { name: map, key } = valueFrom.configMapKeyRef;
        values[name] = this.find('ConfigMap', map).data[key];
      } else {
        const index = "metadata.annotations['batch.kubernetes.io/job-completion-index']";
        if (valueFrom.fieldRef?.fieldPath !== index) throw new Error(`${name}: unknown source`);
        values[name] = String(pod.index);
      }
      if (values[name] === undefined) throw new Error(`${pod.name}: ${name} has no value`);
    }
    return values;
  }

  // Writes a volume's files as the kubelet would; returns where.
  volume(pod, volume) {
    if (volume.persistentVolumeClaim) {
      const claim = this.find('PersistentVolumeClaim', volume.persistentVolumeClaim.claimName);
      const folder = path.join(this.directory, claim.metadata.name);
      fs.mkdirSync(folder, { recursive: true });
      fs.chownSync(folder, pod.spec.securityContext.fsGroup, pod.spec.securityContext.fsGroup);
      return folder;
    }
    const folder = path.join(this.directory, pod.name, 'volumes.d', volume.name);
    fs.mkdirSync(folder, { recursive: true });
    if (volume.emptyDir) {
      fs.chmodSync(folder, 0o1777);
      return folder;
    }
    const source = volume.secret ?? volume.configMap;
    const object = volume.secret ? this.find('Secret', source.secretName)
                                 : this.find('ConfigMap', source.name);
    const items = source.items ?? Object.keys(object.data).map((key) => ({ key, path: key }));
    for (const { key, path: target } of items) {
      if (!(key in object.data)) throw new Error(`${object.metadata.name} has no ${key}`);
      const file = path.join(folder, target);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, Buffer.from(object.data[key], volume.secret ? 'base64' : 'utf8'));
      fs.chmodSync(file, source.defaultMode ?? 0o644);
      fs.chownSync(file, 0, pod.spec.securityContext.fsGroup);
    }
    return folder;
  }

  // Lays out all that the container sees.
  prepare(pod, container) {
    const folder = path.join(this.directory, pod.name);
    for (const part of ['root', 'layers']) fs.mkdirSync(path.join(folder, part), { recursive: true });
    const environment = this.environment(pod, container);
    const expand = (text) => text.replace(/\$\(([A-Z_]+)\)/g, (_, name) => environment[name]);
    const volumes = container.volumeMounts.map((mount) => {
      const volume = pod.spec.volumes.find((v) => v.name === mount.name);
      const source = path.join(this.volume(pod, volume), expand(mount.subPathExpr ?? ''));
      if (!fs.existsSync(source)) throw new Error(`${pod.name}: ${mount.name} has no ${source}`);
      return `${source} ${mount.mountPath} ${mount.readOnly ? 'ro' : 'rw'}`;
    });
    fs.writeFileSync(path.join(folder, 'volumes'), `${volumes.join('\n')}\n`);
    fs.writeFileSync(path.join(folder, 'hosts'), this.hosts());
    fs.writeFileSync(path.join(folder, 'environment'),
                     Object.entries(environment).map(([k, v]) => `${k}=${v}\n`).join(''));
    return { folder, command: [...container.command, ...(container.args ?? [])].map(expand) };
  }

  // Starts a command of the Pod's container; the promise is of its exit code and what it said.
  execute(pod, folder, command) {
    const { runAsUser } = pod.spec.securityContext;
    const child = spawn('ip', ['netns', 'exec', `${this.prefix}-${pod.name}`, 'unshare', '--mount',
      path.join(here, 'pod.sh'), folder, String(runAsUser), ...command],
    { env: { ...process.env, TRANCHE: this.tranche }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.processes.push(child);
    let said = '';
    child.stdout.on('data', (data) => { said += data; });
    child.stderr.on('data', (data) => { said += data; });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
  }

  start(pod) {
    const [container] = pod.spec.containers;
    const { folder, command } = this.prepare(pod, container);
    return this.execute(pod, folder, command);
  }

  // Runs the startup probe until it succeeds, as often as it may fail.
  async awaitStart(pod) {
    const [{ startupProbe }] = pod.spec.containers;
    const folder = path.join(this.directory, pod.name);
    let last;
    for (let tries = 0; tries < startupProbe.failureThreshold; ++tries) {
      last = await this.execute(pod, folder, startupProbe.exec.command);
      if (last.code === 0) return;
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    throw new Error(`${pod.name} does not start: ${last.said}`);
  }

  close() {
    for (const child of this.processes) child.kill('SIGKILL');
    for (const name of this.namespaces) run('ip', 'netns', 'delete', name);
  }
}
