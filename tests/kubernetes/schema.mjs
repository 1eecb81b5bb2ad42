// Holds an object to the schema that Kubernetes' API publishes for its kind.
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { ConfigMap, PersistentVolumeClaim, Secret, Service } from 'kubernetes-models/v1';

const kinds = [Job, NetworkPolicy, ConfigMap, PersistentVolumeClaim, Secret, Service];

// What is wrong with it, a line each.
export function complaintsAbout(object) {
  const model = kinds.find((kind) => kind.apiVersion === object.apiVersion && kind.kind === object.kind);
  if (!model) return [`no schema for ${object.apiVersion} ${object.kind}`];
  const read = new Set();
  const complaints = [];
  try {
    // On the object itself: the model's constructor would copy it first.
    model.prototype.validate.call(watched(object, '', read));
  } catch (error) {
    complaints.push(error.message);
  }
  return [...complaints, ...unread(object, '', read)];
}

// The API's schemas allow fields that they don't name, and the API server drops those: a misspelt
// field would be lost without a word. So it is watched which fields the validator looks at.
function watched(value, at, read) {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const inner = Reflect.get(target, key);
      if (typeof key === 'symbol') return inner;
      read.add(`${at}/${key}`);
      return typeof inner === 'function' ? inner : watched(inner, `${at}/${key}`, read);
    },
  });
}

function unread(value, at, read) {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const pointer = `${at}/${key}`;
    return read.has(pointer) ? unread(inner, pointer, read) : [`${pointer} is no field of the schema`];
  });
}
