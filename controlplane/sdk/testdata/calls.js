const assert = require('assert');

const [factory, invokeUrl] = [require(process.argv[2]), process.argv[3]];
const client = factory.newClient({ invokeUrl, accessKey: 'AKIDEXAMPLE', secretKey: 'secret', apiKey: 'the-key' });

(async () => {
  assert.strictEqual((await client.rootGet()).data.got, 'GET /prod/   the-key');
  const signed = await client.petsPetIdGet({ 'pet-id': "a b/c'ü", page: ['2', '1'], 'X-Trace': 't' }, '', { queryParams: { z: '*' } });
  assert.strictEqual(signed.data.got, 'GET /prod/pets/a%20b/c%27%C3%BC?page=1&page=2&z=%2A  t the-key');
  assert.strictEqual((await client.petsPetIdPut({ 'pet-id': 7 }, { a: 1 })).status, 200);
  await assert.rejects(client.petsPetIdGet({ page: 1 }), /Missing required parameters: pet-id, X-Trace/);
  await assert.rejects(client.anyProxyDelete({ proxy: 'missing' }), (error) => error.response.status === 404);
  console.log('all as expected');
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
