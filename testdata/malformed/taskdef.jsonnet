local env = std.extVar('env');
{
  family: 'web-' + env,
  containerDefinitions: [
    { name: 'web', image: 'registry.example.com/web:' + std.extVar('tag') },
  ],
}
