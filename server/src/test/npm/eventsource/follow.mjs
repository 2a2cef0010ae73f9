// Follows a stream as a browser would, reconnecting by itself, and tells of each event on a line.
import { EventSource } from 'eventsource'

const source = new EventSource(process.argv[2])

for (const name of ['snapshot', 'status', 'progress', 'log', 'output', 'end']) {
  source.addEventListener(name, event => {
    const envelope = JSON.parse(event.data)
    console.log([name, event.lastEventId, envelope.operation_id, envelope.seq].join(' '))
    if (name === 'end') source.close()
  })
}
source.addEventListener('error', error => console.log(['lost', error.code ?? '-'].join(' ')))
