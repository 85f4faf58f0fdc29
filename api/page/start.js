/* Shows this server's own description. Nothing is asked of any other host, and a token lives as long as this page. */
SwaggerUIBundle({
  url: '/v1/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'list',
  validatorUrl: null,
  persistAuthorization: false,
  tagsSorter: 'alpha',
});
