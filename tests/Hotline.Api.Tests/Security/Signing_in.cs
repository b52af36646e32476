using System.Net;
using System.Net.Http.Json;
using System.Text;
using Hotline.Security;
using Microsoft.AspNetCore.Identity;

namespace Hotline.Api.Tests.Security;

public sealed class Signing_in(SecurityDatabase database) : IClassFixture<SecurityDatabase>
{
    [Fact]
    public async Task answers_a_token_that_says_who_I_am()
    {
        await using var node = await SecurityNode.Start(database.Source);
        using var stranger = node.Client();
        using var signedIn = await stranger.PostAsJsonAsync("/api/sessions", new { user = " Township ", password = "hotline-demo" });
        var body = await signedIn.Json();
        body.GetProperty("user").GetString().ShouldBe("township");
        body.GetProperty("roles")[0].GetString().ShouldBe(Roles.ChildSupervisor);
        body.GetProperty("division").GetString().ShouldBe("440199001");
        body.GetProperty("organisation").GetProperty("type").GetString().ShouldBe("Township");

        using var me = node.Client(body.GetProperty("token").GetString());
        me.DefaultRequestHeaders.Add("Accept-Language", "en");
        var who = await (await me.GetAsync("/api/me")).Json();
        who.GetProperty("divisionName").GetString().ShouldBe("Qingshan Township");
        who.GetProperty("divisionTitle").GetProperty("zh").GetString().ShouldBe("青山镇");
        who.GetProperty("organisation").GetProperty("name").GetString().ShouldBe("Qingshan Township Government");
        (await me.GetStringAsync("/api/probe")).ShouldBe("township");
    }

    [Fact]
    public async Task works_for_every_account_of_the_demo_county()
    {
        await using var node = await SecurityNode.Start(database.Source);
        foreach (var person in DemoAccounts.People)
        {
            using var client = node.Client(await node.TokenOf(person.User));
            var me = await (await client.GetAsync("/api/me")).Json();
            me.GetProperty("roles")[0].GetString().ShouldBe(person.Role);
        }
    }

    [Fact]
    public async Task is_refused_alike_for_a_wrong_password_and_a_wrong_name()
    {
        await using var node = await SecurityNode.Start(database.Source);
        using var client = node.Client();
        client.DefaultRequestHeaders.Add("Accept-Language", "en;q=0.5, zh-CN;q=0.9");
        await (await client.PostAsJsonAsync("/api/sessions", new { user = "duty", password = "wrong" })).ShouldBeProblem(401, "sign-in-refused");
        await (await client.PostAsJsonAsync("/api/sessions", new { user = "nobody", password = "wrong" })).ShouldBeProblem(401, "sign-in-refused");
    }

    [Theory]
    [InlineData("", "application/json", 400)]
    [InlineData("{", "application/json", 400)]
    [InlineData("[]", "application/json", 422)]
    [InlineData("null", "application/json", 422)]
    [InlineData("""{"user":"duty"}""", "application/json", 422)]
    [InlineData("""{"user":1,"password":"x"}""", "application/json", 422)]
    [InlineData("""{"user":"duty","password":""}""", "application/json", 422)]
    [InlineData("""{"user":"du\u0000ty","password":"hotline-demo"}""", "application/json", 401)]
    [InlineData("""{"user":"du\ud800ty","password":"\udfff"}""", "application/json", 401)]
    [InlineData("""{"user":"duty' or 1=1 --","password":"x"}""", "application/json", 401)]
    [InlineData("""{"user":"duty","password":"hotline-demo"}""", "text/plain", 415)]
    public async Task never_breaks_on_a_wrong_body(string body, string type, int status)
    {
        await using var node = await SecurityNode.Start(database.Source);
        using var client = node.Client();
        using var answer = await client.PostAsync("/api/sessions", new StringContent(body, Encoding.UTF8, type));
        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task takes_no_oversized_body_and_no_broken_text()
    {
        await using var node = await SecurityNode.Start(database.Source);
        using var client = node.Client();
        var large = "{\"user\":\"" + new string('a', 20_000) + "\"}";
        await (await client.PostAsync("/api/sessions", new StringContent(large, Encoding.UTF8, "application/json"))).ShouldBeProblem(413, "too-large");
        var broken = new ByteArrayContent([.. "{\"user\":\"a"u8, 0xC3, 0x28, .. "\",\"password\":\"b\"}"u8]);
        broken.Headers.ContentType = new("application/json");
        await (await client.PostAsync("/api/sessions", broken)).ShouldBeProblem(401, "sign-in-refused");
        using var odd = node.Client("\"'; drop table hotline.sessions; --");
        (await odd.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var accented = node.Client();
        accented.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer \u00e9\u00e9");
        ((int)(await accented.GetAsync("/api/me")).StatusCode).ShouldBeInRange(400, 401);
    }

    [Fact]
    public async Task is_slowed_by_wrong_guesses_and_never_locked()
    {
        var clock = new MovedClock();
        var brake = new SignInBrake(clock);
        for (var i = 0; i < SignInBrake.FreeTries; i++)
        {
            brake.WaitFor("duty").ShouldBe(TimeSpan.Zero);
            brake.Wrong("duty");
        }
        brake.WaitFor("duty").ShouldBe(TimeSpan.FromSeconds(1));
        var held = brake.Hold("duty", CancellationToken.None);
        (await brake.Hold("duty", CancellationToken.None)).ShouldBeFalse();
        (await brake.Hold("county", CancellationToken.None)).ShouldBeTrue();
        for (var i = 0; i < 1000; i++) brake.Wrong("duty");
        brake.WaitFor("duty").ShouldBe(SignInBrake.WaitMax);
        (await held).ShouldBeTrue();
        clock.Offset = SignInBrake.ForgottenAfter;
        brake.WaitFor("duty").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task opens_nothing_with_a_demo_password_outside_the_demo()
    {
        await using var demo = await SecurityNode.Start(database.Source);
        var token = await demo.TokenOf("admin");
        await using var real = await SecurityNode.Start(database.Source, demo: false);
        using var client = real.Client(token);
        (await client.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var answer = await client.PostAsJsonAsync("/api/sessions", new { user = "admin", password = DemoAccounts.Password });
        await answer.ShouldBeProblem(401, "sign-in-refused");
        (await DemoAccounts.Known(database.Source)).ShouldBeTrue();
    }

    [Fact]
    public async Task with_a_password_made_for_me_opens_only_its_change()
    {
        var name = "first-" + Guid.CreateVersion7().ToString("n");
        var said = new StringWriter();
        (await AdminCommand.Create(database.Source, name, new PasswordHasher<Account>(), TimeProvider.System, said)).ShouldBe(0);
        (await AdminCommand.Create(database.Source, name.ToUpperInvariant(), new PasswordHasher<Account>(), TimeProvider.System, said)).ShouldBe(2);
        var password = said.ToString().Split('\n')[0].Split(' ')[^1];

        await using var node = await SecurityNode.Start(database.Source, demo: false);
        using var stranger = node.Client();
        var signedIn = await (await stranger.PostAsJsonAsync("/api/sessions", new { user = name, password })).Json();
        using var me = node.Client(signedIn.GetProperty("token").GetString());
        await (await me.GetAsync("/api/probe")).ShouldBeProblem(403, "password-change-needed");
        await (await me.PutAsJsonAsync("/api/me/password", new { current = password, password = "short" })).ShouldBeProblem(422, "password-weak");
        await (await me.PutAsJsonAsync("/api/me/password", new { current = "wrong", password = "long enough now" })).ShouldBeProblem(422, "password-wrong");
        (await me.PutAsJsonAsync("/api/me/password", new { current = password, password = "long enough now" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await me.GetStringAsync("/api/probe")).ShouldBe(name);
    }
}
