import { parseProxyList } from '@modgate/gomod/goenv'
import { formatRequest, parseRequest } from '@modgate/gomod/proxy'

const request = parseRequest('/github.com/%21burnt%21sushi/toml/@v/v1.4.0.zip')
console.log(request.kind) // → zip
console.log(formatRequest({ kind: 'list', path: 'example.com/Lib' })) // → /example.com/%21lib/@v/list

const list = parseProxyList('https://modgate.corp.example|direct')
console.log(list.map(({ kind }) => kind).join(' ')) // → proxy direct
