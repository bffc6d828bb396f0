import { escapePath, isPseudoVersion, matchPrefixPatterns } from '@modgate/gomod/module'
import { sort } from '@modgate/gomod/semver'

console.log(sort(['v1.10.0', 'v1.9.0', 'v1.10.0-rc.1']).join(' ')) // → v1.9.0 v1.10.0-rc.1 v1.10.0
console.log(escapePath('github.com/BurntSushi/toml')) // → github.com/!burnt!sushi/toml
console.log(isPseudoVersion('v0.0.0-20170915032832-14c0d48ead0c')) // → true
console.log(matchPrefixPatterns('*.corp.example,git.example/team', 'src.corp.example/app/lib')) // → true
