// Run as a process of its own, in a copy of the library that lacks a sentence: prints what shows it, as JSON.
import { attack } from './attack.js'

const [first = '', seeds = '0'] = process.argv.slice(2)
console.log(JSON.stringify(await attack(first === '' ? null : first, Number(seeds))))
