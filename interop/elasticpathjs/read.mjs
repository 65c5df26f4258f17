// Reads all logs of a resource with the vendor's own client, page by page, as its users do, and writes a page per line.
// What to read comes as JSON on standard input.

import { readFileSync } from 'node:fs'
import sdk from '@elasticpath/js-sdk'

console.log = console.info = console.error // the vendor's client talks
const write = (line) => process.stdout.write(JSON.stringify(line) + '\n')

const ask = JSON.parse(readFileSync(0, 'utf8'))
const client = sdk.gateway({
  protocol: 'http',
  host: ask.host,
  client_id: ask.clientID,
  client_secret: ask.clientSecret,
  storage: new sdk.MemoryStorageFactory(),
  retryDelay: 1,
  retryJitter: 1,
})

try {
  for (let offset = 0, total = 1; offset < total; offset += ask.limit) {
    const page = await client.PersonalData.Filter(ask.resourceType, ask.resourceID).Limit(ask.limit).Offset(offset).All()
    total = page.meta.results.total
    write(page)
  }
} catch (refusal) {
  write({ refusal: refusal instanceof Error ? refusal.message : refusal })
}
