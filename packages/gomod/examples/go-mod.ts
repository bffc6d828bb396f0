import { addRequire, cleanup, format, parse } from '@modgate/gomod/modfile'

const file = parse('go.mod', 'module example.com/app\n\ngo 1.26\n\nrequire example.com/lib v1.2.0 // keep\n')
console.log(file.module?.path, file.go?.version) // → example.com/app 1.26

addRequire(file, 'example.com/lib', 'v1.3.0')
cleanup(file)
console.log(format(file.syntax).split('\n')[4]) // → require example.com/lib v1.3.0 // keep
