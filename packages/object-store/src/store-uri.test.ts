import { describe, expect, it } from 'vitest';
import { openObjectStore } from './open-object-store.ts';
import { parseStoreUri } from './store-uri.ts';

describe('parseStoreUri', () => {
  it.each([
    ['../shared/data', { kind: 'folder', path: '../shared/data' }],
    ['/mnt/drives', { kind: 'folder', path: '/mnt/drives' }],
    ['file:///mnt/my%20drives', { kind: 'folder', path: '/mnt/my drives' }],
    ['a folder: with colon', { kind: 'folder', path: 'a folder: with colon' }],
    ['s3://bucket', { kind: 's3', bucket: 'bucket', prefix: '' }],
    ['s3://bucket/', { kind: 's3', bucket: 'bucket', prefix: '' }],
    ['s3://my.bucket-1/a/b/', { kind: 's3', bucket: 'my.bucket-1', prefix: 'a/b' }],
    ['S3://bucket/as%20written', { kind: 's3', bucket: 'bucket', prefix: 'as%20written' }],
  ])('reads %s', (uri, location) => {
    expect(parseStoreUri(uri)).toEqual(location);
  });

  it.each([
    '',
    'a\0b',
    's3://',
    's3:///prefix',
    's3://Bucket/x',
    's3://b/x',
    's3://bucket//x',
    's3://bucket/../x',
    'file://elsewhere/x',
    'gs://bucket/x',
    'https://bucket.example.org/x',
  ])('refuses %j', (uri) => {
    expect(() => parseStoreUri(uri)).toThrow(
      expect.objectContaining({ code: 'STORE_URI_INVALID' }),
    );
  });
});

describe('openObjectStore', () => {
  it('says where the store is', () => {
    expect(openObjectStore('/mnt/my drives').uri).toBe('file:///mnt/my%20drives');
    expect(openObjectStore('s3://bucket/a/').uri).toBe('s3://bucket/a');
    expect(openObjectStore('s3://bucket').uri).toBe('s3://bucket');
  });

  it('gives paths for files and none for S3', () => {
    expect(openObjectStore('/mnt/drives').localPath('a/b')).toBe('/mnt/drives/a/b');
    expect(openObjectStore('s3://bucket/a').localPath('a/b')).toBeNull();
  });
});
