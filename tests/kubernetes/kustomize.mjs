// As much of kustomize as Tranche's manifests use, so that they can be rendered without kubectl. What
// it doesn't know it refuses. Where kubectl is installed the tests compare the two.
import fs from 'node:fs';
import path from 'node:path';
import YAML from 'yaml';

const known = new Set([
  'apiVersion', 'kind', 'namespace', 'labels', 'resources', 'images', 'generatorOptions',
  'configMapGenerator', 'secretGenerator', 'patches',
]);

// The objects that `kubectl kustomize FOLDER` prints.
export function kustomize(folder) {
  const file = path.join(folder, 'kustomization.yaml');
  const kustomization = YAML.parse(fs.readFileSync(file, 'utf8'));
  for (const key of Object.keys(kustomization)) {
    if (!known.has(key)) throw new Error(`${file}: ${key} is beyond this renderer`);
  }
  const objects = (kustomization.resources ?? []).flatMap((resource) => {
    const from = path.join(folder, resource);
    if (fs.statSync(from).isDirectory()) return kustomize(from);
    return YAML.parseAllDocuments(fs.readFileSync(from, 'utf8'), { version: '1.1' }).map((document) => {
      if (document.errors.length > 0) throw document.errors[0];
      return document.toJS();
    });
  });
  generate(kustomization, folder, objects);
  for (const patch of kustomization.patches ?? []) applyPatch(patch, objects);
  for (const object of objects) {
    if (kustomization.namespace) object.metadata.namespace = kustomization.namespace;
    for (const label of kustomization.labels ?? []) addLabels(label, object);
    for (const image of kustomization.images ?? []) setImage(image, object);
  }
  return objects;
}

function generate(kustomization, folder, objects) {
  if (!kustomization.configMapGenerator && !kustomization.secretGenerator) return;
  if (!kustomization.generatorOptions?.disableNameSuffixHash) {
    throw new Error('generated names with a hash are beyond this renderer');
  }
  const data = ({ literals = [], files = [] }, encode) => {
    const entries = literals.map((literal) => split(literal));
    for (const file of files) {
      const [key, from] = file.includes('=') ? split(file) : [path.basename(file), file];
      entries.push([key, fs.readFileSync(path.join(folder, from), 'utf8')]);
    }
    return Object.fromEntries(entries.map(([key, text]) => [key, encode(text)]));
  };
  for (const generator of kustomization.configMapGenerator ?? []) {
    objects.push({
      apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: generator.name },
      data: data(generator, (text) => text),
    });
  }
  for (const generator of kustomization.secretGenerator ?? []) {
    objects.push({
      apiVersion: 'v1', kind: 'Secret', metadata: { name: generator.name },
      type: generator.type ?? 'Opaque',
      data: data(generator, (text) => Buffer.from(text).toString('base64')),
    });
  }
}

function split(assignment) {
  const at = assignment.indexOf('=');
  return [assignment.slice(0, at), assignment.slice(at + 1)];
}

// RFC 6902, of which add and replace are used.
function applyPatch({ target, patch }, objects) {
  const targets = objects.filter(
    (object) => object.kind === target.kind && object.metadata.name === target.name);
  if (targets.length !== 1) throw new Error(`a patch of ${target.kind} ${target.name} has no target`);
  for (const { op, path: pointer, value } of YAML.parse(patch)) {
    const steps = pointer.split('/').slice(1);
    const last = steps.pop();
    const parent = steps.reduce((at, step) => at[step], targets[0]);
    if (op !== 'add' && op !== 'replace') throw new Error(`${op} is beyond this renderer`);
    if (op === 'replace' && !(last in parent)) throw new Error(`nothing to replace at ${pointer}`);
    if (last === '-') parent.push(value);
    else parent[last] = value;
  }
}

function addLabels({ pairs, includeTemplates }, object) {
  object.metadata.labels = { ...object.metadata.labels, ...pairs };
  const template = object.spec?.template?.metadata;
  if (includeTemplates && template) template.labels = { ...template.labels, ...pairs };
}

function setImage({ name, newName, newTag }, object) {
  for (const container of object.spec?.template?.spec?.containers ?? []) {
    if (container.image === name) container.image = `${newName}:${newTag}`;
  }
}
