// What every generated client of API Gateway calls: parameters, AWS Signature Version 4, fetch. It needs fetch and Web Crypto, which browsers and Node.js have.
(function (root, factory) {
  if (typeof module === 'object' && module.exports) module.exports = factory();
  else root.apiGatewayRuntime = factory();
}(typeof self !== 'undefined' ? self : this, function () {
  'use strict';

  // given drops members that are not set, so that defaults stay.
  function given(config) {
    var set = {};
    Object.keys(config || {}).forEach(function (name) {
      if (config[name] !== undefined && config[name] !== null && config[name] !== '') set[name] = config[name];
    });
    return set;
  }

  // encode is RFC 3986's percent-encoding, as signatures want it.
  function encode(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, function (char) {
      return '%' + char.charCodeAt(0).toString(16).toUpperCase();
    });
  }

  function query(pairs) {
    return Object.keys(pairs).map(function (name) {
      return [].concat(pairs[name]).map(function (value) { return encode(name) + '=' + encode(String(value)); }).sort().join('&');
    }).sort().join('&');
  }

  function hex(buffer) {
    return Array.prototype.map.call(new Uint8Array(buffer), function (byte) { return byte.toString(16).padStart(2, '0'); }).join('');
  }

  function bytes(text) { return new TextEncoder().encode(text); }

  async function sha256(text) { return hex(await crypto.subtle.digest('SHA-256', bytes(text))); }

  async function hmac(key, text) {
    var imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return crypto.subtle.sign('HMAC', imported, bytes(text));
  }

  // sign adds the headers of AWS Signature Version 4.
  async function sign(config, verb, url, headers, body) {
    var date = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
    var scope = [date.slice(0, 8), config.region, 'execute-api', 'aws4_request'];
    headers['x-amz-date'] = date;
    if (config.sessionToken) headers['x-amz-security-token'] = config.sessionToken;
    var signed = Object.assign({ host: url.host }, headers);
    var names = Object.keys(signed).map(function (name) { return name.toLowerCase(); }).sort();
    var values = {};
    Object.keys(signed).forEach(function (name) { values[name.toLowerCase()] = String(signed[name]).trim().replace(/ +/g, ' '); });
    var path = url.pathname.split('/').map(encode).join('/');
    var canonical = [verb, path, url.search.slice(1), names.map(function (name) { return name + ':' + values[name] + '\n'; }).join(''),
      names.join(';'), await sha256(body)].join('\n');
    var text = ['AWS4-HMAC-SHA256', date, scope.join('/'), await sha256(canonical)].join('\n');
    var key = bytes('AWS4' + config.secretKey);
    for (var i = 0; i < scope.length; i++) key = await hmac(key, scope[i]);
    headers.Authorization = 'AWS4-HMAC-SHA256 Credential=' + config.accessKey + '/' + scope.join('/') + ', SignedHeaders=' + names.join(';') +
      ', Signature=' + hex(await hmac(key, text));
  }

  function missing(required, params) {
    var absent = required.filter(function (name) { return params[name] === undefined || params[name] === null; });
    if (absent.length > 0) throw new Error('Missing required parameters: ' + absent.join(', '));
  }

  // caller makes the function that all methods of a client call. Its promise is resolved with {status, statusText, headers, data} and rejected with
  // an error that has the same as its response when the status is none of success.
  function caller(config) {
    return async function (operation, params, body, additional) {
      params = params || {};
      additional = additional || {};
      missing(operation.required, params);
      var path = operation.path.replace(/\{([^}]+)\}/g, function (_, name) {
        return String(params[name]).split('/').map(encode).join('/');
      });
      var pairs = Object.assign({}, additional.queryParams);
      operation.queryNames.forEach(function (name) { if (params[name] !== undefined) pairs[name] = params[name]; });
      var url = new URL(config.invokeUrl.replace(/\/$/, '') + path);
      url.search = query(pairs);
      var headers = { Accept: config.defaultAcceptType || 'application/json' };
      var text = body === undefined || body === null || body === '' ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      if (text !== '') headers['Content-Type'] = config.defaultContentType || 'application/json';
      operation.headerNames.forEach(function (name) { if (params[name] !== undefined) headers[name] = params[name]; });
      Object.assign(headers, additional.headers);
      if (config.apiKey) headers['x-api-key'] = config.apiKey;
      if (operation.auth === 'AWS_IAM' && config.accessKey) await sign(config, operation.verb, url, headers, text);
      var answer = await fetch(url, { method: operation.verb, headers: headers, body: text === '' ? undefined : text });
      var content = await answer.text();
      var response = { status: answer.status, statusText: answer.statusText, headers: Object.fromEntries(answer.headers), data: content };
      try { response.data = JSON.parse(content); } catch (ignored) { /* the text stays */ }
      if (answer.ok) return response;
      throw Object.assign(new Error('Request failed with status code ' + answer.status), { response: response });
    };
  }

  return { given: given, caller: caller };
}));
