import { expect, it } from 'vitest';
import { apiPath } from '../api/path';
import { changed, parsePlace, placeText } from './place';

it('a place survives its text', () => {
  const text = placeText('/conversation', { id: 'openai/round-2026Q1', view: 'sequence', record: null });
  expect(text).toBe('/conversation?id=openai/round-2026Q1&view=sequence');
  const place = parsePlace(text);
  expect(place.path).toBe('/conversation');
  expect(place.query.get('id')).toBe('openai/round-2026Q1');
  expect(parsePlace('').path).toBe('/');
});

it('names may hold what an address gives a meaning', () => {
  const name = 'a/b&c=d?e#f "<img>" ü+%2F';
  expect(parsePlace(placeText('/deal', { id: name })).query.get('id')).toBe(name);
  const path = apiPath('deal', { id: name });
  expect(new URLSearchParams(path.slice(path.indexOf('?') + 1)).get('id')).toBe(name);
});

it('changes leave the rest of the state', () => {
  const query = new URLSearchParams('sender=openai&kind=note');
  expect(changed(query, { kind: '', record: 7 }).toString()).toBe('sender=openai&record=7');
  expect(query.toString()).toBe('sender=openai&kind=note');
});

it("a report's keys are written as API.md has them", () => {
  expect(apiPath('run')).toBe('/api/run');
  expect(apiPath('deal', { id: "openai/round-1/o'neil (b)" })).toBe("/api/deal?id=openai%2Fround-1%2Fo'neil%20(b)");
  expect(apiPath('records', { talk: true, after: null, limit: 10 })).toBe('/api/records?talk=1&limit=10');
});
