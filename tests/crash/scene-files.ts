import { join } from 'node:path'

/** The files around a company of these tests, beside its own store: its virtual time and the memory of its providers. */
export const clockOf = (folder: string): string => join(folder, 'clock')
export const providersOf = (folder: string): string => join(folder, 'providers.jsonl')
export const countOf = (folder: string): string => join(folder, 'count.json')
