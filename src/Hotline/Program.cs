using Hotline.Hosting;
using Hotline.Http;

if (await OperatorCommands.TryRun(args) is { } exitCode) return exitCode;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddHosting();

var app = builder.Build();
app.UseHosting();
app.UseProblems();
app.MapHosting();
return await app.RunHotline();
