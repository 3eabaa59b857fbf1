import { z } from 'zod'
import type { Operation } from '../os/operation.ts'
import type { Json } from '../values/json.ts'

/** The description of the API (OpenAPI 3.1), made of the schemas that parse what comes in and write what goes out. */
export function openApi(operations: readonly Operation[]): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const operation of operations) {
    const { method, path } = operation.http
    paths[path] = { ...paths[path], [method]: describe(operation) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Soloist', version: '1', description: 'The desk of a company of one.' },
    servers: [{ url: '/api' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Fault: schemaOf(faultBody, 'output') },
    },
  }
}

/** Names in braces of a path. */
export function pathFields(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
}

const faultBody = z.object({
  fault: z.object({
    code: z.string(),
    message: z.string(),
    retry: z.enum(['now', 'later', 'never']),
    next: z.string(),
  }),
})

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Json>>
  readonly required?: readonly string[]
}

function describe({ name, does, kind, http, input, output, example }: Operation): Json {
  const { properties = {}, required = [] } = schemaOf(input, 'input') as ObjectSchema
  const inPath = new Set(pathFields(http.path))
  const rest = Object.entries(properties).filter(([field]) => !inPath.has(field))
  const parameter = (place: 'path' | 'query', field: string, schema: Json): Json => ({
    name: field,
    in: place,
    required: place === 'path' || required.includes(field),
    schema,
  })
  const inQuery = http.method === 'get' ? rest.map(([field, schema]) => parameter('query', field, schema)) : []
  const body: { readonly [key: string]: Json } =
    http.method === 'get' || rest.length === 0 ? {} : { requestBody: bodyOf(rest, required, example, inPath) }
  return {
    operationId: name,
    summary: does,
    tags: [name.slice(0, name.indexOf('.'))],
    'x-kind': kind,
    parameters: [...[...inPath].map((field) => parameter('path', field, properties[field] ?? {})), ...inQuery],
    ...body,
    responses: {
      200: { description: 'Done', content: { 'application/json': { schema: schemaOf(output, 'output') } } },
      default: {
        description: 'A fault: what happened and what comes next',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Fault' } } },
      },
    },
  }
}

function bodyOf(
  fields: readonly (readonly [string, Json])[],
  required: readonly string[],
  example: Json,
  inPath: ReadonlySet<string>,
): Json {
  const names = fields.map(([field]) => field)
  const shown = Object.entries(example as Readonly<Record<string, Json>>).filter(([field]) => !inPath.has(field))
  const schema = {
    type: 'object',
    properties: Object.fromEntries(fields),
    required: required.filter((field) => names.includes(field)),
    additionalProperties: false,
  }
  return { required: true, content: { 'application/json': { schema, example: Object.fromEntries(shown) } } }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest as Json
}
