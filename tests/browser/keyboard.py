"""What people do without a mouse."""

from selenium.webdriver.common.keys import Keys

from chromium import eventually


def tab_to(browser, role, name):
    """Presses Tab until the control has the focus."""
    for _ in range(60):
        if browser.focused(role, name):
            return
        browser.press(Keys.TAB)
    raise AssertionError(f"Tab does not lead to the {role} {name} on {browser.path}")


def choose_by_keyboard(browser, path):
    """Opens the browser's file dialog with a key, and chooses a file there."""
    browser.cdp("DOM.enable")
    browser.cdp("Page.setInterceptFileChooserDialog", enabled=True)
    browser.press(Keys.SPACE)
    opened = eventually(lambda: next((event for method, event in browser.events()
                                      if method == "Page.fileChooserOpened"), None))
    browser.cdp("DOM.setFileInputFiles", files=[str(path)], backendNodeId=opened["backendNodeId"])
    browser.cdp("Page.setInterceptFileChooserDialog", enabled=False)
