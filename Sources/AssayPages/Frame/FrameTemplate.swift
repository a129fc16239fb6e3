/// The frame around every page: head, navigation, footer.
enum FrameTemplate {
    static let text = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}} · Assay</title>
        <link rel="stylesheet" href="/assets/assay.css">
        </head>
        <body>
        <header class="top">
        <a class="brand" href="/">Assay</a>
        <nav aria-label="Main">{{#navigation}}<a href="{{address}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{label}}</a>{{/navigation}}</nav>
        <div class="who">{{#viewer.isNamed}}<a href="/account">{{viewer.name}}</a>{{#viewer.csrfToken}}<form method="post" action="/logout">
        <input type="hidden" name="csrf" value="{{.}}"><button class="plain" type="submit">Log out</button></form>{{/viewer.csrfToken}}{{/viewer.isNamed}}
        {{^viewer.isNamed}}<a href="/login">Log in</a>{{/viewer.isNamed}}</div>
        </header>
        <main>
        <h1>{{title}}</h1>
        {{$content}}{{/content}}
        </main>
        <footer>Numbers name their definition, groups and intervals; what they mean for people is for people to judge.</footer>
        </body>
        </html>
        """
}
