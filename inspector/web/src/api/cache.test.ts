import { describe, expect, it } from 'vitest';
import { ApiCache } from './cache';
import { ApiError, type ApiSource } from './source';

class Counted implements ApiSource {
  asked = 0;
  fails = false;
  get(path: string): Promise<unknown> {
    this.asked += 1;
    if (this.fails) return Promise.reject(new ApiError('not-found', 'no'));
    return Promise.resolve(`${path} ${this.asked}`);
  }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe('the cache of answers', () => {
  it('asks once', async () => {
    const source = new Counted();
    const cache = new ApiCache(source);
    expect(cache.get('/a')).toEqual({ state: 'loading' });
    await settled();
    expect(cache.get('/a')).toEqual({ state: 'ready', value: '/a 1' });
    expect(source.asked).toBe(1);
  });
  it('shows the old answer while a longer log is asked again', async () => {
    const source = new Counted();
    const cache = new ApiCache(source);
    cache.get('/a');
    await settled();
    let calls = 0;
    cache.subscribe('/a', () => (calls += 1));
    cache.advance();
    expect(calls).toBe(1);
    expect(cache.get('/a')).toEqual({ state: 'ready', value: '/a 1' });
    await settled();
    expect(cache.get('/a')).toEqual({ state: 'ready', value: '/a 2' });
    expect(calls).toBe(2);
  });
  it('keeps a failure until asked again', async () => {
    const source = new Counted();
    source.fails = true;
    const cache = new ApiCache(source);
    cache.get('/a');
    await settled();
    expect(cache.get('/a').state).toBe('failed');
    expect(source.asked).toBe(1);
    source.fails = false;
    cache.retry('/a');
    expect(cache.get('/a').state).toBe('loading');
    await settled();
    expect(cache.get('/a')).toEqual({ state: 'ready', value: '/a 2' });
  });
  it('does not grow without end', async () => {
    const source = new Counted();
    const cache = new ApiCache(source);
    for (let number = 0; number < 500; number += 1) cache.get(`/${number}`);
    await settled();
    cache.get('/499');
    expect(source.asked).toBe(500);
    cache.get('/0');
    expect(source.asked).toBe(501);
  });
});
