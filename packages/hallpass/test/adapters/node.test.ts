import { test } from 'node:test'
import { adapterContract } from 'hallpass/testing'
import { serveOnNode } from './node-application.js'

for (const [promise, check] of adapterContract) test(`node: ${promise}`, () => check(serveOnNode()))
