/** A server-sent event: its kind, and its data as it came. */
export interface SentEvent {
  readonly event: string
  readonly data: string
}

/** Server-sent events, one after the other; comments are passed over. Ends with the stream, also when it is cut. */
export async function* serverSentEvents(answer: Response): AsyncGenerator<SentEvent> {
  if (!answer.body) return
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of answer.body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = fieldsOf(block, 'data')
      if (data.length > 0) yield { event: fieldsOf(block, 'event').at(-1) ?? 'message', data: data.join('\n') }
    }
  }
}

function fieldsOf(block: string, name: string): string[] {
  return block
    .split('\n')
    .filter((line) => line.startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).trimStart())
}
