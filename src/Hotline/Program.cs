using System.Globalization;
using Hotline.Agencies;
using Hotline.Auditing;
using Hotline.Calls;
using Hotline.Cases;
using Hotline.Dashboards;
using Hotline.Demo;
using Hotline.Drills;
using Hotline.Duty;
using Hotline.Hosting;
using Hotline.Http;
using Hotline.Intake;
using Hotline.Paging;
using Hotline.Policies;
using Hotline.Security;
using Hotline.Store;
using Hotline.Telephony;
using Hotline.Workflow;

// No machine's culture may change how a date or a number is written.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

if (args is ["policy", .. var policy]) return PolicyCommand.Run(policy, Console.Out, Console.Error);
if (await OperatorCommands.TryRun(args) is { } exitCode) return exitCode;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddHosting();
builder.Services.AddSingleton(s => new PostgresStore(
    s.GetRequiredService<Databases>().Store, s.GetRequiredService<TimeProvider>(), grouped: s.GetRequiredService<HotlineOptions>().GroupAppend));
builder.Services.AddSingleton<IEventStore>(s => s.GetRequiredService<PostgresStore>());
builder.AddPolicies();
builder.AddSecurity();
builder.AddCases();
builder.AddIntake();
builder.AddAgencies();
builder.AddTelephony();
builder.AddDuty();
builder.AddPaging();
builder.AddDrills();
builder.AddCalls();
builder.AddAuditing();
builder.AddDashboards();
builder.AddEffects();
builder.AddConsole();

var app = builder.Build();
app.UseHosting();
app.UseProblems();
app.UseConsole();
app.UseSecurity();
app.MapHosting();
app.MapPolicies();
app.MapSecurity();
app.MapCases();
app.MapIntake();
app.MapAgencies();
app.MapDuty();
app.MapPaging();
app.MapDrills();
app.MapCalls();
app.MapAuditing();
app.MapDashboards();
app.MapDemo();
app.MapConsole();
return await app.RunHotline(async cancel =>
{
    await app.Services.GetRequiredService<PostgresStore>().Check();
    await PackShelf.Open(app.Services, cancel);
    await DemoRoom.Seed(app.Services, cancel);
});
