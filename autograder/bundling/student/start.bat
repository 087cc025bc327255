@echo off
rem Opens the course: a double click on Windows.
cd /d "%~dp0"
if not exist start.py (
  echo Unpack the whole zip first: right-click it, then Extract All.
  pause
  exit /b 1
)
for %%v in (3.13 3.12 3.11 3.14) do (
  py -%%v -c "" >nul 2>nul && (
    py -%%v start.py %*
    goto end
  )
)
python -c "" >nul 2>nul && (
  python start.py %*
  goto end
)
echo Python 3.11 to 3.14 is needed. Get one at https://www.python.org/downloads/, then start this again.
pause
exit /b 1
:end
if errorlevel 1 pause
