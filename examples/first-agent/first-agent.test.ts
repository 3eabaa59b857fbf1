import { rehearse, scriptedModel } from 'soloist/testing'
import { expect, test } from 'vitest'

const message = 'The zip I ordered is blue, not black, and the coat is for Saturday.'

test('an agent gives what its schema says, made from its instructions and its input', async () => {
  const output = { about: 'order', urgent: true, summary: 'They got a blue zip instead of a black one.' }
  const model = scriptedModel([{ output, confidence: 0.8 }])
  const company = await rehearse(import.meta.dirname, { models: { cheap: [model] } })
  try {
    const run = await company.show(await company.run('sort-message', { message }))
    expect(run).toMatchObject({ state: 'done', output })
    expect(run.tasks[0]).toMatchObject({ madeBy: { doer: 'sorter', version: 1 }, confidence: 0.8 })
    expect(model.calls[0]?.prompt).toContain('a small repair shop')
    expect(model.calls[0]?.prompt).toContain('the coat is for Saturday')
  } finally {
    await company.close()
  }
})

test('an answer that does not fit is asked for again', async () => {
  const good = { about: 'praise', urgent: false, summary: 'They like the lamp.' }
  const model = scriptedModel([{ output: { about: 'lamp' } }, { output: good }])
  const company = await rehearse(import.meta.dirname, { models: { cheap: [model] } })
  try {
    expect(await company.show(await company.run('sort-message', { message }))).toMatchObject({ output: good })
    expect(model.calls).toHaveLength(2)
  } finally {
    await company.close()
  }
})

test('without any model the offline one keeps to the schema', async () => {
  const company = await rehearse(import.meta.dirname)
  try {
    const run = await company.show(await company.run('sort-message', { message }))
    expect(run.state).toBe('done')
    expect(run.tasks[0]?.madeBy?.model).toBe('offline/extractive')
  } finally {
    await company.close()
  }
})
