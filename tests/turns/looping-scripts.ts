import type { Reply } from '../../src/testing/scripted-model.ts'
import { call, type Family, scriptsOf, uses, word } from './script.ts'

const spaces = (count: number): string => ' '.repeat(count)

/** Ways in which agents go round and round, after some honest steps or none. None of them ever gives an answer. */
const families: Readonly<Record<string, Family>> = {
  'looks for the same thing': (chance) => {
    const [what, before] = [`${word(chance(0, 10))} in 20${chance(10, 60)}`, chance(0, 6)]
    return function* (world) {
      world.find = (asked) => [`about ${asked}`]
      for (let at = 0; at < before; at += 1) yield uses(call('find', { what: `${word(at)} news` }))
      for (;;) yield uses(call('find', { what }))
    }
  },
  'goes round in a circle of calls': (chance) => {
    const [length, wide, first] = [chance(2, 6), chance(0, 1) === 1, chance(0, 40)]
    return function* (world) {
      world.find = (asked) => [`about ${asked}`]
      const round = Array.from({ length }, (_, at) =>
        at % 3 === 1 ? call('read', { path: `${first + at}.md` }) : call('find', { what: `${word(at)} ${first}` }),
      )
      for (;;) {
        if (wide) yield uses(...round)
        else for (const one of round) yield uses(one)
      }
    }
  },
  'asks the same in other spellings': (chance) => {
    const what = `${word(chance(0, 10))} ${word(chance(0, 10))}`
    return function* () {
      for (let at = 1; ; at += 1) {
        const spelt = at % 2 === 0 ? what.toUpperCase() : what
        yield uses(
          call('find', {
            what: `${spaces(at % 3)}${spelt.replace(' ', spaces(1 + (at % 4)))}${at % 5 === 0 ? '?' : ''}`,
          }),
        )
      }
    }
  },
  'counts up and finds nothing': (chance) => {
    const [kind, start] = [chance(0, 2), chance(1, 40)]
    return function* () {
      for (let at = start; ; at += 1) {
        if (kind === 0) yield uses(call('list', { from: at * 20 }))
        else yield uses(call('find', { what: kind === 1 ? `report ${at}` : `cus_${at}` }))
      }
    }
  },
  'asks for a tool that it may not use': (chance) => {
    const tool = ['mail.send', 'billing.charge', 'shell.run'][chance(0, 2)] ?? 'mail.send'
    const [vary, to] = [chance(0, 1) === 1, chance(0, 40)]
    return function* () {
      for (let at = 0; ; at += 1) yield uses({ name: tool, input: { to: vary ? word(at + to) : `${to}@example.org` } })
    }
  },
  'guesses at an input that does not fit': (chance) => {
    const start = chance(0, 400)
    return function* () {
      for (let at = start; ; at += 1) yield uses(call('write', { [word(at)]: at, path: at % 2 === 0 ? at : word(at) }))
    }
  },
  'gives the same useless answer': (chance) => {
    const useless: readonly Reply[] = [
      { output: { corpus: chance(0, 99) } },
      { object: { done: chance(0, 99) } },
      { text: `{"output": ${chance(0, 99)}` },
    ]
    const reply = useless[chance(0, 2)] as Reply
    return function* () {
      for (;;) yield reply
    }
  },
  'says that it will go on, and does not': (chance) => {
    const text = `I will now look at ${word(chance(0, 10))} for ${chance(1, 30)} minutes and continue`
    return function* () {
      for (let at = 0; ; at += 1) yield { text: at % 2 === 0 ? text : `${text}.` }
    }
  },
  'writes the same thing again': (chance) => {
    const [text, checks] = [`The ${word(chance(0, 10))} plan for 20${chance(20, 60)}`, chance(0, 1) === 1]
    return function* () {
      for (;;) {
        yield uses(checks ? call('write', { path: 'plan.md', text }) : call('note', { text }))
        if (checks) yield uses(call('read', { path: 'plan.md' }))
      }
    }
  },
  'waits for a job that never ends': (chance) => {
    const [job, start] = [`${word(chance(0, 10))}-${chance(1, 99)}`, chance(0, 9)]
    let ticks = start
    return function* (world) {
      // The answer tells the time, which is no news.
      world.status = () => {
        ticks += 1
        return { status: 'running', at: `2026-03-13T09:00:${String(ticks % 60).padStart(2, '0')}Z` }
      }
      for (;;) yield uses(call('status', { job }))
    }
  },
}

export const loopingScripts = scriptsOf(families, 5)
